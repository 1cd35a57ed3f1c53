"""One municipality's days: boxes are subscribed to, billed, sent and confirmed, vouchers used, months settled."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bundles.billing.actions import run_billing
from bundles.boxes.actions import foresee
from bundles.subscriptions.actions import count_subscribers, end_terms, resume_due
from bundles.vouchers.actions import expire_vouchers, redeem_voucher
from bundles.vouchers.models import Voucher, VoucherKind, VoucherState
from bundles.vouchers.rules import why_not
from config.simulate.habits import Habits
from config.simulate.residents import Life
from core.actor import SYSTEM, Actor
from core.clock import kst_at, month_of
from malls.customers.models import Resident
from malls.fulfillment.actions import confirm_due, deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment, ShipmentState
from malls.orders.actions import confirm_orders
from malls.orders.models import Order, OrderState
from malls.payments.actions import settle_refunds
from malls.payments.gateways import Gateway
from settlement.payouts.actions import draw_up_batch, mark_sent, record_paid
from settlement.payouts.errors import NothingToPay
from settlement.payouts.models import BankFileTemplate
from settlement.statements.actions import approve_period, close_period
from settlement.statements.models import Period

OPENS, BILLS, SHIPS, CALLS, CLOSES = 10, 11, 14, 16, 18
"""Korean hours of the town's day."""
SETTLES_ON = 5
"""The day of the month on which the last one is closed, approved and paid."""

HARDLY = 1_000
"""Won that are not worth keeping on a voucher."""


@dataclass(frozen=True, slots=True)
class Office:
    """The three people of a settlement (지방회계법 §36)."""

    maker: Actor
    checker: Actor
    payer: Actor


@dataclass
class Lived:
    """What happened, in numbers."""

    days: int = 0
    joined: int = 0
    paid: int = 0
    declined: int = 0
    shipped: int = 0
    confirmed: int = 0
    redeemed: int = 0
    settled: int = 0


@dataclass
class Town:
    """A municipality that lives from `first` to before `last`."""

    first: date
    last: date
    office: Office
    gateway: Gateway
    chance: random.Random
    habits: Habits

    def __post_init__(self) -> None:
        self.life = Life(self.gateway, self.chance, self.habits)
        self.lived = Lived()

    def live(self, residents: Sequence[Resident], *, told: Callable[[date], None] = lambda _: None) -> Lived:
        """Every day in turn; residents arrive over the first three quarters of the time."""
        self.life.choose_plans()
        arrivals = self._arrivals(residents)
        for number in range((self.last - self.first).days):
            day = self.first + timedelta(days=number)
            self._day(day, arrivals.get(day, []))
            told(day)
        count_subscribers()
        return self.lived

    def _arrivals(self, residents: Sequence[Resident]) -> dict[date, list[Resident]]:
        span = max(1, (self.last - self.first).days * 3 // 4)
        found: dict[date, list[Resident]] = {}
        for resident in residents:
            earlier = min(self.chance.randrange(span), self.chance.randrange(span))
            found.setdefault(self.first + timedelta(days=earlier), []).append(resident)
        return found

    def _day(self, day: date, newcomers: Sequence[Resident]) -> None:
        self.lived.days += 1
        for resident in newcomers:
            self.lived.joined += len(self.life.start(resident, at=kst_at(day, OPENS)))
        self._bill(day)
        self._send(day)
        self._visit(day)
        self.life.change_minds(at=kst_at(day, CLOSES))
        self._keep_house(kst_at(day, CLOSES, 30))
        if day.day == SETTLES_ON:
            self._settle(month_of(day - timedelta(days=SETTLES_ON))[0], kst_at(day, CLOSES, 45))

    def _bill(self, day: date) -> None:
        foresee(day, by=SYSTEM, at=kst_at(day, OPENS))
        run = run_billing(day, at=kst_at(day, BILLS), gateway=self.gateway)
        self.lived.paid += run.paid
        self.lived.declined += run.declined

    def _send(self, day: date) -> None:
        """What is due leaves the hub; what left yesterday arrives; some confirm at once, the rest after seven days."""
        at = kst_at(day, SHIPS)
        gone = Shipment.objects.filter(state=ShipmentState.SHIPPED, shipped_at__lt=kst_at(day, 0))
        deliver_shipments(list(gone), by=SYSTEM, at=at)
        due = Shipment.objects.filter(state__in=(ShipmentState.PENDING, ShipmentState.PACKED), ship_on__lte=day)
        boxes = list(due.order_by("pk"))
        numbers = {one.pk: f"{600_000_000_000 + one.pk}" for one in boxes}
        ship_shipments(boxes, courier="cj", numbers=numbers, by=SYSTEM, at=at)
        self.lived.shipped += len(boxes)
        there = Order.objects.filter(state=OrderState.DELIVERED).order_by("pk")
        glad = [order for order in there if self.life.happens(self.habits.confirm_early)]
        self.lived.confirmed += len(confirm_orders(glad, by=SYSTEM, at=at)) + confirm_due(at=at)

    def _visit(self, day: date) -> None:
        """Some open vouchers are used at their partner."""
        usable = Voucher.objects.filter(state=VoucherState.ISSUED, expires_on__gte=day).order_by("pk")
        for voucher in usable.select_related("type"):
            if self.life.happens(self.habits.redeem):
                self._use(voucher, kst_at(day, CALLS, self.chance.randrange(60)))

    def _use(self, voucher: Voucher, at: datetime) -> None:
        """An amount is used by halves until little is left; whoever comes on a wrong day goes home again."""
        if why_not(voucher.terms, at):
            return
        is_amount, half = voucher.kind == VoucherKind.AMOUNT, voucher.left // 2
        amount = (half if half > HARDLY else int(voucher.left)) if is_amount else None
        nonce = f"simulate:{voucher.pk}:{voucher.used}"
        redeem_voucher(voucher.code, voucher.type.partner_id, by=SYSTEM, at=at, nonce=nonce, amount=amount)
        self.lived.redeemed += 1

    def _keep_house(self, at: datetime) -> None:
        resume_due(at=at)
        end_terms(at=at)
        expire_vouchers(at=at)
        settle_refunds(gateway=self.gateway, at=at)

    def _settle(self, month: date, at: datetime) -> None:
        """Close, approve and pay a month, each by another person."""
        key = f"{month:%Y-%m}"
        if not Period.objects.filter(key=key).exists():
            return
        close_period(key, by=self.office.maker, at=at)
        approve_period(key, by=self.office.checker, at=at + timedelta(minutes=5))
        later = at + timedelta(minutes=10)
        template = BankFileTemplate.objects.earliest("pk")
        try:
            batch = draw_up_batch(key, template=template, by=self.office.payer, at=later)
        except NothingToPay:
            return
        mark_sent(batch, by=self.office.payer, at=later)
        record_paid(list(batch.payouts.all()), by=self.office.payer, at=later + timedelta(minutes=5))
        self.lived.settled += 1
