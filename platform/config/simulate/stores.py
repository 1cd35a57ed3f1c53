"""Goods come in every week; once in a while one of them does not, and is shared out by the rule."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from bundles.boxes.actions import answer_question, change_shares, foresee
from bundles.boxes.models import AddOn, Alternative, Remedy, Share, Shortage, ShortageState
from bundles.plans.models import Component
from bundles.plans.queries import current_editions
from bundles.subscriptions.models import Cycle, CycleState
from config.simulate.scene import Scene
from core.actor import SYSTEM
from core.clock import kst_at
from malls.catalog.actions import set_stock
from malls.catalog.models import Stock

ENOUGH, LITTLE = 20_000, 10_000
FAILS_ON, COMES_ON = 8, 20
"""Days of the month: a product does not come, and comes after all."""
AHEAD = timedelta(days=7)
LOOKS = 10
"""The Korean hour at which the hub looks ahead, before billing."""


def most_wanted(day: date) -> tuple[int, int] | None:
    """The first product of the bundle that most boxes of the coming week hold, and how many boxes those are."""
    coming = Cycle.objects.filter(state=CycleState.SCHEDULED, bill_on__gt=day, bill_on__lte=day + AHEAD)
    boxes = Counter(coming.order_by("pk").values_list("subscription__plan__bundle", flat=True))
    for bundle, count in boxes.most_common(1):
        edition = current_editions([bundle], day).get(bundle)
        for part in edition.components.all() if edition else ():
            if part.product_id:
                return part.product_id, count
    return None


@dataclass
class Stores:
    """What the hub has."""

    scene: Scene
    missing: set[int] = field(default_factory=set)

    def day(self, day: date) -> None:
        """Fill up, run short, look ahead, share out, answer."""
        if self.scene.habits.shortage:
            self._take_in(day)
        foresee(day, by=SYSTEM, at=kst_at(day, LOOKS))
        if self.missing:
            self._decide(day)

    def _take_in(self, day: date) -> None:
        if day.day == COMES_ON:
            self.missing.clear()
        if day.weekday() == 0 or day.day == COMES_ON:
            self._fill_up()
        if day.day == FAILS_ON and self.scene.happens(self.scene.habits.shortage):
            self._run_short(day)

    def _fill_up(self) -> None:
        sold = (
            *Component.objects.exclude(product=None).values_list("product", flat=True),
            *Alternative.objects.values_list("product", flat=True),
            *AddOn.objects.values_list("product", flat=True),
        )
        rows = Stock.objects.filter(pk__in=set(sold) - self.missing)
        for stock in rows.order_by("pk"):
            if stock.available < LITTLE:
                set_stock(stock.pk, ENOUGH)

    def _run_short(self, day: date) -> None:
        """Of what most boxes of the coming week hold, half is there."""
        if wanted := most_wanted(day):
            product, boxes = wanted
            self.missing.add(product)
            set_stock(product, boxes // 2)

    def _decide(self, day: date) -> None:
        """Residents answer what they are asked, staff confirm."""
        habits = self.scene.habits
        asked = Share.objects.filter(
            is_served=False, answer_by__gte=day, answered_at=None, cycle__state=CycleState.SCHEDULED
        ).select_related("cycle__subscription", "substitute")
        for share in self.scene.some(asked.order_by("pk"), habits.answer):
            with self.scene.wishing():
                answer_question(
                    share, self.scene.chance.choice((Remedy.LEAVE_OUT, Remedy.SKIP)), at=kst_at(day, LOOKS, 15)
                )
        for shortage in self.scene.some(Shortage.objects.filter(state=ShortageState.OPEN).order_by("pk"), 300):
            change_shares(shortage, {}, by=self.scene.office.maker, at=kst_at(day, LOOKS, 30))
