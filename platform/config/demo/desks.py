"""What waits on a town's desks today: requests for money back, a disputed charge, a product that runs short."""

from datetime import datetime, timedelta

from bundles.boxes.actions import foresee
from bundles.plans.models import DayKind, MallDay
from config.simulate.bank import Bank, line_of
from config.simulate.stores import most_wanted
from core.actor import SYSTEM, Actor
from core.clock import days_after, kst_date
from malls.catalog.actions import set_stock
from malls.orders.models import Order, OrderState
from malls.orders.returning import free_pieces
from malls.payments.accounts import open_gateway
from malls.payments.actions import ask_withdrawal, record_dispute
from malls.payments.lawful import DEFECT
from malls.payments.models import Charge, ChargeState

WORDS = ("데모: 뚜껑이 깨져서 왔어요.", "데모: 한 봉지가 터져 있었어요.")
DISPUTED_AFTER = timedelta(days=9)


def leave_work(*, at: datetime) -> None:
    """Leave something to do on each desk of the present municipality."""
    today = kst_date(at)
    _ask_back(at)
    _dispute(at)
    if wanted := most_wanted(today):
        product, boxes = wanted
        set_stock(product, boxes // 2)
        foresee(today, by=SYSTEM, at=at)
    MallDay.objects.create(on=days_after(today, 24), kind=DayKind.NO_DELIVERY, name="데모 택배 쉬는 날")


def _ask_back(at: datetime) -> None:
    """The last residents whose boxes arrived found something broken."""
    arrived = Order.objects.filter(state=OrderState.DELIVERED, withdrawals=None).select_related("resident__user")
    for order, words in zip(arrived.order_by("-delivered_at", "-pk")[: len(WORDS)], WORDS, strict=False):
        by = Actor.of(order.resident.user, "resident")
        for line, numbers in free_pieces(list(order.lines.order_by("position"))).items():
            if numbers:
                ask_withdrawal(order, {line: 1}, reason=DEFECT, words=words, by=by, at=at)
                break


def _dispute(at: datetime) -> None:
    """A card holder asked the bank about a payment of some time ago, where the provider tells of it."""
    gateway = open_gateway()
    if not gateway.tells_disputes:
        return
    paid = Charge.objects.filter(state=ChargeState.SUCCEEDED, settled_at__lt=at - DISPUTED_AFTER)
    charge = paid.filter(disputes=None, refunds=None).order_by("-settled_at").first()
    if charge is None:
        return
    reference = Bank(line_of(gateway)).dispute(charge.provider_ref, "product_not_received")
    if found := gateway.dispute(reference):
        record_dispute(found, at=at)
