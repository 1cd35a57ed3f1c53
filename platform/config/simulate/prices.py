"""Editors: bundles have contents from the first day on; in the middle some become dearer, with consent or without."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bundles.boxes.actions import allow_swap
from bundles.boxes.models import Alternative
from bundles.plans.actions import publish_edition
from bundles.plans.models import Bundle, Component, Edition, EditionState
from bundles.plans.queries import current_edition
from bundles.subscriptions.actions import agree_to_price, cancel_subscription, rise_of
from bundles.subscriptions.models import Parked, Subscription, SubscriptionState
from bundles.vouchers.models import VoucherType
from config.simulate.scene import Scene
from core.actor import SYSTEM, Actor
from core.clock import kst_at, month_of

ANNOUNCED = timedelta(days=20)
ASKS = 9
"""The Korean hour at which residents answer."""
DEARER, STEP = 106, 500
"""Per cent of the old price, and what shipping costs more."""
SHORT_LIFE = 30
"""Days that one kind of voucher is good for, so that some are never used."""


@dataclass
class Prices:
    """What the mall sells over the time, and for how much."""

    scene: Scene
    first: date
    last: date
    raised: list[int] = field(default_factory=list)

    def prepare(self) -> None:
        """Contents from the first day on, where the first edition came later."""
        for bundle in Bundle.objects.filter(is_listed=True).order_by("pk"):
            oldest = Edition.objects.filter(bundle=bundle, state=EditionState.APPROVED).order_by("month").first()
            if oldest and current_edition(bundle, self.first) is None:
                self._copy(oldest, month_of(self.first)[0], oldest.price, oldest.shipping)
        if self.scene.habits.rise:
            some = VoucherType.objects.filter(charge__gt=0).order_by("pk").values("pk")[:1]
            VoucherType.objects.filter(pk__in=some).update(valid_days=SHORT_LIFE)

    def day(self, day: date) -> None:
        """Announce the higher prices when their time has come; ask for consent until it is given, or they go."""
        if day == max(self.first, self._rise_on - ANNOUNCED):
            self._announce()
        if self.raised:
            self._ask(day)

    @property
    def _rise_on(self) -> date:
        """The first of the month in the middle."""
        return month_of(self.first + (self.last - self.first) / 2)[1]

    def _announce(self) -> None:
        bundles = self.scene.some(Bundle.objects.filter(is_listed=True).order_by("pk"), self.scene.habits.rise)
        for bundle in bundles:
            now = current_edition(bundle, self._rise_on)
            if now and now.month != self._rise_on:
                self._copy(now, self._rise_on, min(now.list_price, now.price * DEARER // 100), now.shipping + STEP)
                self.raised.append(bundle.pk)

    def _ask(self, day: date) -> None:
        at = kst_at(day, ASKS)
        habits = self.scene.habits
        mine = self.scene.mine().filter(plan__bundle__in=self.raised, state=SubscriptionState.ACTIVE, gift=None)
        rows = mine if day < self._rise_on else mine.filter(parked_why=Parked.PRICE)
        for one in self.scene.some(
            rows.select_related("plan__bundle", "resident__user").order_by("pk"), habits.consent
        ):
            self._answer(one, day, at)

    def _answer(self, one: Subscription, day: date, at: datetime) -> None:
        """Most say yes, some leave."""
        by = Actor.of(one.resident.user, "resident")
        with self.scene.wishing():
            if self.scene.happens(200):
                cancel_subscription(one, by=by, at=at, why="데모: 값이 올라서")
            elif rise := rise_of(one, day):
                agree_to_price(one, rise.amount, by=by, at=at)

    def _copy(self, old: Edition, month: date, price: int, shipping: int) -> None:
        """The same contents at another price, with what they may be swapped for."""
        new = Edition.objects.create(bundle_id=old.bundle_id, month=month, price=price, shipping=shipping)
        for component in old.components.order_by("position", "pk"):
            swaps = list(Alternative.objects.filter(component=component, is_offered=True).select_related("product"))
            fresh = Component.objects.create(
                edition=new, position=component.position, product_id=component.product_id,
                voucher_type_id=component.voucher_type_id, quantity=component.quantity, unit_price=component.unit_price,
            )  # fmt: skip
            for one in swaps:
                allow_swap(fresh, one.product, pieces=one.pieces, extra=one.extra)
        publish_edition(new, by=SYSTEM, at=kst_at(min(self.first, month), 8))
