"""One municipality's days: boxes are subscribed to, billed, sent and confirmed, vouchers used, months settled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bundles.billing.actions import run_billing
from bundles.subscriptions.actions import count_subscribers, end_terms, resume_due
from bundles.vouchers.actions import expire_vouchers
from config.simulate.crashes import Billing
from config.simulate.post import NOWHERE
from config.simulate.prices import Prices
from config.simulate.residents import Life
from config.simulate.returns import Returns
from config.simulate.scene import Scene
from config.simulate.stores import Stores
from config.simulate.visits import Visits
from core.actor import SYSTEM
from core.clock import days_after, kst_at, month_of
from malls.customers.models import Resident
from malls.fulfillment.actions import confirm_due, deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment, ShipmentState
from malls.notices.actions import find_notices, send_notices
from malls.orders.actions import confirm_orders
from malls.orders.models import Order, OrderState
from malls.payments.actions import compare_day, settle_refunds, settle_unknown
from settlement.payouts.actions import draw_up_batch, mark_sent, record_paid
from settlement.payouts.errors import NothingToPay
from settlement.payouts.models import BankFileTemplate
from settlement.statements.actions import approve_period, close_period
from settlement.statements.models import Period

OPENS, BILLS, SHIPS, RETURNS, CLOSES = 10, 11, 14, 17, 18
"""Korean hours of the town's day."""
SETTLES_ON = 5
"""The day of the month on which the last one is closed, approved and paid."""


@dataclass
class Town:
    """A municipality that lives from `first` to before `last`."""

    first: date
    last: date
    scene: Scene

    def __post_init__(self) -> None:
        self.life = Life(self.scene)
        self.prices = Prices(self.scene, self.first, self.last)
        self.stores, self.billing = Stores(self.scene), Billing(self.scene)
        self.visits, self.returns = Visits(self.scene), Returns(self.scene)

    def live(self, residents: Sequence[Resident], *, told: Callable[[date], None] = lambda _: None) -> int:
        """Every day in turn, then the loose ends; residents arrive over the first three quarters of the time."""
        self.prices.prepare()
        self.life.choose_plans()
        arrivals = self._arrivals(residents)
        days = [self.first + timedelta(days=number) for number in range((self.last - self.first).days)]
        for day in days:
            self._day(day, arrivals.get(day, []))
            told(day)
        self._end()
        return len(days)

    def _arrivals(self, residents: Sequence[Resident]) -> dict[date, list[Resident]]:
        span = max(1, (self.last - self.first).days * 3 // 4)
        found: dict[date, list[Resident]] = {}
        for resident in residents:
            earlier = min(self.scene.chance.randrange(span), self.scene.chance.randrange(span))
            found.setdefault(self.first + timedelta(days=earlier), []).append(resident)
        return found

    def _day(self, day: date, newcomers: Sequence[Resident]) -> None:
        self._begin(day)
        self.prices.day(day)
        for resident in newcomers:
            self.life.start(resident, at=kst_at(day, OPENS))
        self.stores.day(day)
        self.billing.day(day, self._clock(day, BILLS))
        self._send(day)
        self.visits.day(day)
        self.returns.day(day, self._clock(day, RETURNS))
        self.life.change_minds(at=self._clock(day, CLOSES))
        self._keep_house(kst_at(day, CLOSES, 30))
        self._tell(kst_at(day, CLOSES, 40))
        if day.day == SETTLES_ON:
            self._settle(month_of(day - timedelta(days=SETTLES_ON))[0], kst_at(day, CLOSES, 45))

    def _begin(self, day: date) -> None:
        """The books are compared with the provider's report of yesterday; gates tell what they did.

        In a town that lived before, yesterday may have been compared without this life: it is compared again.
        """
        compare_day(days_after(day, -1), gateway=self.scene.gateway, at=self._clock(day, OPENS))
        self.visits.morning(day)

    def _clock(self, day: date, hour: int) -> datetime:
        """The instant of a Korean hour, at the provider too."""
        at = kst_at(day, hour)
        self.scene.bank.set_clock(at)
        return at

    def _send(self, day: date) -> None:
        """What is due leaves the hub; what left yesterday arrives; some confirm at once, the rest after seven days."""
        at = kst_at(day, SHIPS)
        gone = Shipment.objects.filter(state=ShipmentState.SHIPPED, shipped_at__lt=kst_at(day, 0))
        deliver_shipments(list(gone), by=SYSTEM, at=at)
        due = Shipment.objects.filter(state__in=(ShipmentState.PENDING, ShipmentState.PACKED), ship_on__lte=day)
        boxes = list(due.order_by("pk"))
        numbers = {one.pk: f"{600_000_000_000 + one.pk}" for one in boxes}
        ship_shipments(boxes, courier="cj", numbers=numbers, by=SYSTEM, at=at)
        there = Order.objects.filter(state=OrderState.DELIVERED, delivered_at__lte=at).order_by("pk")
        glad = self.scene.some(there.values_list("pk", flat=True), self.scene.habits.confirm_early)
        confirm_orders(list(Order.objects.filter(pk__in=glad).order_by("pk")), by=SYSTEM, at=at)
        confirm_due(at=at)

    def _keep_house(self, at: datetime) -> None:
        resume_due(at=at)
        end_terms(at=at)
        expire_vouchers(at=at)
        settle_unknown(gateway=self.scene.gateway, at=at)
        settle_refunds(gateway=self.scene.gateway, at=at)

    def _tell(self, at: datetime) -> None:
        """Residents are told what happened today and what comes."""
        find_notices(at=at)
        send_notices(at=at, post=NOWHERE)

    def _end(self) -> None:
        """Whatever was lost or forgotten on the last day is found."""
        at = kst_at(self.last, OPENS)
        self._begin(self.last)
        settle_unknown(gateway=self.scene.gateway, at=at)
        run_billing(self.last - timedelta(days=1), at=at, gateway=self.scene.gateway)
        count_subscribers()

    def _settle(self, month: date, at: datetime) -> None:
        """Close, approve and pay a month, each by another person."""
        key, office = f"{month:%Y-%m}", self.scene.office
        if not Period.objects.filter(key=key).exists():
            return
        close_period(key, by=office.maker, at=at)
        approve_period(key, by=office.checker, at=at + timedelta(minutes=5))
        later = at + timedelta(minutes=10)
        template = BankFileTemplate.objects.earliest("pk")
        try:
            batch = draw_up_batch(key, template=template, by=office.payer, at=later)
        except NothingToPay:
            return
        mark_sent(batch, by=office.payer, at=later)
        record_paid(list(batch.payouts.all()), by=office.payer, at=later + timedelta(minutes=5))
