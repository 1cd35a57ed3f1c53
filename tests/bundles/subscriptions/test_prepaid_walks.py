"""Any changes of a prepaid term in any order: the books owe exactly what no box used; leaving and billing may race."""

import threading
from datetime import timedelta
from typing import Any

from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundles.billing.actions import run_billing
from bundles.plans.models import Bundle, Payment, Plan
from bundles.subscriptions import actions
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import kst_date
from core.errors import Refusal
from core.laws import violations
from malls.orders.models import Order, OrderState
from malls.payments.actions import refund_order, settle_refunds
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge, Refund
from settlement.ledger.accounts import Code
from settlement.ledger.queries import total
from tenants.municipalities.door import inside
from tests.bundles.subscriptions.test_prepaid import EVERY_LAW, deliver
from tests.bundles.world import BY, NOON, offer, prepaid

STEPS = ("skip", "unskip", "pause", "resume", "undo", "bill", "bill", "bill", "deliver", "refund", "renew", "leave")


def selling(months: int = 3, discount_bp: int = 1_000) -> Bundle:
    made = offer()
    Plan.objects.create(
        bundle=made, cadence="monthly", term_months=months, payment=Payment.PREPAID, discount_bp=discount_bp
    )
    return made


def act(made: Subscription, what: str, draw: Any, at: Any, gateway: MemoryGateway) -> None:
    stamp: dict[str, Any] = {"by": BY, "at": at}
    if what in {"skip", "unskip"}:
        verb = actions.skip_cycle if what == "skip" else actions.unskip_cycle
        verb(draw(st.sampled_from(list(made.cycles.select_related("subscription").order_by("number")))), **stamp)
    elif what == "pause":
        actions.pause_subscription(made, kst_date(at) + timedelta(days=draw(st.integers(1, 100))), **stamp)
    elif what == "resume":
        actions.resume_subscription(made, **stamp)
    elif what == "undo":
        change = actions.undoable(made, at)
        if change:
            actions.undo_change(change, **stamp)
    elif what == "bill":
        run_billing(kst_date(at), at=at, gateway=gateway)
    elif what == "deliver":
        deliver(at)
    elif what == "refund":
        refund_order(draw(st.sampled_from(list(Order.objects.order_by("pk")))), reason="x", gateway=gateway, **stamp)
    elif what == "renew":
        actions.choose_renewal(made, renews=draw(st.booleans()), **stamp)
    else:
        actions.cancel_subscription(made, **stamp)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_what_is_owed_is_what_no_box_used(sunchang, data):
    with transaction.atomic():
        gateway = MemoryGateway()
        gateway.set_clock(NOON)
        made = prepaid(selling(data.draw(st.sampled_from((3, 6))), data.draw(st.integers(0, 3_000))), gateway)
        at = NOON
        for what in data.draw(st.lists(st.sampled_from(STEPS), min_size=3, max_size=6)):
            at += timedelta(days=data.draw(st.sampled_from((0, 3, 14, 31))))
            gateway.set_clock(at)
            made.refresh_from_db()
            try:
                with transaction.atomic():
                    act(made, what, data.draw, at, gateway)
            except Refusal:
                pass
            settle_refunds(gateway=gateway, at=at + timedelta(minutes=6))
        assert violations(EVERY_LAW) == []
        term = made.prepaid
        used = term.prepayment.parts.exclude(order=None).count()
        is_left = bool(term.prepayment.ended_at)
        assert total(Code.PREPAID_TERMS) == (0 if is_left else sum(term.whole.parts[used:]))
        back = sum(Refund.objects.values_list("amount", flat=True))
        charged = list(Charge.objects.filter(state="succeeded").values_list("amount", flat=True))
        assert (len(gateway.charges()), back <= sum(charged)) == (len(charged), True)
        transaction.set_rollback(True)


def test_leaving_and_billing_at_once_end_as_one_of_the_two_orders(scratch):
    gateway = MemoryGateway()
    gateway.set_clock(NOON)
    made = prepaid(selling(), gateway)
    deliver(NOON + timedelta(days=9))
    at = NOON + timedelta(days=30)
    gateway.set_clock(at)
    gate = threading.Barrier(2)

    def leave() -> None:
        gate.wait()
        actions.cancel_subscription(Subscription.objects.get(pk=made.pk), by=BY, at=at)

    def bill() -> None:
        gate.wait()
        run_billing(kst_date(at), at=at, gateway=gateway)

    def run(verb: Any) -> None:
        try:
            with inside(scratch):
                verb()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[verb]) for verb in (leave, bill)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    second = Cycle.objects.get(subscription=made, number=2)
    refund = Refund.objects.get()
    assert (second.state, refund.amount) in {("cancelled", 57_000), ("ordered", 27_000)}
    assert Order.objects.filter(state=OrderState.PAID).count() == (second.state == "ordered")
    assert total(Code.PREPAID_TERMS) == 0
    assert violations(EVERY_LAW) == []
