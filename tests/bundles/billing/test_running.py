"""Due boxes become paid orders: each once, each resident apart, nothing above what was agreed."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.billing.actions import bill_subscription, claiming, run_billing
from bundles.billing.actions.claiming import Claim, claim
from bundles.billing.errors import FirstPaymentDeclined
from bundles.billing.laws import LAWS
from bundles.plans.laws import LAWS as PLAN_LAWS
from bundles.subscriptions.actions import (
    agree_to_price,
    cancel_subscription,
    change_method,
    resume_subscription,
    skip_cycle,
)
from bundles.subscriptions.laws import LAWS as SUBSCRIPTION_LAWS
from bundles.subscriptions.models import Cycle, Subscription, SubscriptionState
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import Voucher
from core.actor import SYSTEM
from core.clock import add_months
from core.laws import violations
from malls.catalog.models import Stock
from malls.notices.models import Notice
from malls.orders.laws import LAWS as ORDER_LAWS
from malls.orders.models import Order
from malls.payments.actions import settle_charges
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge
from settlement.ledger.laws import LAWS as LEDGER_LAWS
from tests.bundles.world import (
    BY,
    MONTH,
    NOON,
    TODAY,
    card,
    edition,
    noon,
    offer,
    partner,
    send,
    subscribed,
    voucher_type,
)

EVERY_LAW = [*LAWS, *PLAN_LAWS, *SUBSCRIPTION_LAWS, *VOUCHER_LAWS, *ORDER_LAWS, *LEDGER_LAWS]
NEXT = add_months(TODAY, 1)


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


SOON = timedelta(minutes=5)
"""When a charge that a killed run left is taken up."""


def bill(gateway: MemoryGateway, on: Any, *, wait: timedelta = timedelta(0), **changes: Any) -> Any:
    gateway.set_clock(noon(on) + wait)
    return run_billing(on, at=noon(on) + wait, gateway=gateway, **changes)


def states(subscription: Subscription) -> list[tuple[int, str]]:
    return list(subscription.cycles.order_by("number").values_list("number", "state"))


def test_first_box_is_charged_at_once_and_the_next_ones_are_scheduled(gateway):
    made = subscribed(offer(voucher=voucher_type(partner())), gateway)
    assert made.state == SubscriptionState.ACTIVE
    assert states(made) == [(1, "ordered"), (2, "scheduled"), (3, "scheduled"), (4, "scheduled")]
    order = Order.objects.get()
    assert (order.goods, order.shipping, order.total, order.state) == (30_000, 3_000, 33_000, "paid")
    assert list(order.lines.values_list("amount", flat=True)) == [10_364, 9_818, 9_818]
    assert (order.ship_on, order.deliver_on) == (made.cycles.first().ship_on, made.cycles.first().deliver_on)
    assert list(Voucher.objects.values_list("worth", flat=True)) == [9_818]
    assert violations(EVERY_LAW) == []


def test_declined_first_payment_begins_nothing(gateway):
    sold = offer()
    waiting = subscribed(sold, gateway, charge=False)
    gateway.script(waiting.method.method_ref, ["insufficient_funds"])
    with pytest.raises(FirstPaymentDeclined):
        bill_subscription(waiting, at=NOON, gateway=gateway)
    waiting.refresh_from_db()
    assert (waiting.state, {state for _, state in states(waiting)}) == ("cancelled", {"cancelled"})
    assert (Order.objects.get().state, Stock.objects.filter(reserved__gt=0).count()) == ("cancelled", 0)
    assert violations(EVERY_LAW) == []


def test_run_bills_what_is_due_and_the_second_run_nothing(gateway):
    sold = offer()
    made = [subscribed(sold, gateway) for _ in range(3)]
    run = bill(gateway, NEXT, batch=2)
    assert (run.due, run.paid, run.declined, run.unknown, run.held) == (3, 3, 0, 0, 0)
    again = bill(gateway, NEXT)
    assert (again.due, again.paid) == (0, 0)
    assert len(gateway.charges()) == 6
    assert [states(one)[1] for one in made] == [(2, "ordered")] * 3
    sold.refresh_from_db()
    assert sold.subscribers == 3
    assert violations(EVERY_LAW) == []


def test_one_residents_decline_touches_nobody_else(gateway):
    sold = offer()
    poor, *others = [subscribed(sold, gateway) for _ in range(4)]
    gateway.script(poor.method.method_ref, ["insufficient_funds"])
    run = bill(gateway, NEXT)
    assert (run.due, run.paid, run.declined) == (4, 3, 1)
    poor.refresh_from_db()
    box = poor.cycles.get(number=2)
    assert (poor.state, box.state, box.tries, box.last_decline) == ("past_due", "failed", 1, "insufficient_funds")
    assert (box.first_failed_on, box.next_try_on) == (NEXT, NEXT + timedelta(days=1))
    assert [states(one)[1][1] for one in others] == ["ordered"] * 3
    assert violations(EVERY_LAW) == []


def test_soft_decline_is_tried_on_days_one_three_five_seven_then_the_subscription_pauses(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["insufficient_funds"] * 9)
    asked = []
    for day in range(10):
        before = Charge.objects.count()
        bill(gateway, NEXT + timedelta(days=day))
        asked += [day] if Charge.objects.count() > before else []
    made.refresh_from_db()
    assert asked == [0, 1, 3, 5, 7]
    assert (made.state, states(made)[1]) == ("paused", (2, "cancelled"))
    told = Notice.objects.filter(subject__in=made.cycles.values("pk")).order_by("pk")
    assert list(told.values_list("kind", flat=True)) == ["charged", "failed", "given_up"]
    assert Stock.objects.filter(reserved__gt=1).count() == 0
    assert violations(EVERY_LAW) == []


def test_retry_that_goes_well_makes_the_subscription_active_again(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["processing_error"])
    bill(gateway, NEXT)
    bill(gateway, NEXT + timedelta(days=1))
    made.refresh_from_db()
    assert (made.state, states(made)[1]) == ("active", (2, "ordered"))
    assert list(Charge.objects.order_by("pk").values_list("attempt", "state")) == [
        (1, "succeeded"), (1, "declined"), (2, "succeeded")
    ]  # fmt: skip
    assert violations(EVERY_LAW) == []


def test_hard_decline_waits_for_another_card_and_the_new_one_is_charged_once(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["expired_card"] * 5)
    bill(gateway, NEXT)
    bill(gateway, NEXT + timedelta(days=1))
    assert made.cycles.get(number=2).tries == 1
    other = card(made.resident, gateway)
    gateway.script(other.method_ref, [])
    change_method(made, other, at=noon(NEXT + timedelta(days=2)))
    run = bill(gateway, NEXT + timedelta(days=2))
    made.refresh_from_db()
    assert (run.paid, made.state, made.cycles.get(number=2).state) == (1, "active", "ordered")
    assert violations(EVERY_LAW) == []


def test_hard_decline_without_another_card_is_given_up_after_eight_days(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["lost_card"])
    bill(gateway, NEXT)
    bill(gateway, NEXT + timedelta(days=7))
    assert made.cycles.get(number=2).state == "failed"
    bill(gateway, NEXT + timedelta(days=8))
    made.refresh_from_db()
    assert (made.state, made.cycles.get(number=2).state) == ("paused", "cancelled")


def test_resuming_after_failed_payments_bills_only_boxes_still_to_come(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["lost_card"])
    bill(gateway, NEXT)
    bill(gateway, NEXT + timedelta(days=8))
    later = add_months(TODAY, 2) + timedelta(days=3)
    assert bill(gateway, later).due == 0
    resume_subscription(made, by=BY, at=noon(later))
    assert bill(gateway, later).due == 0
    assert bill(gateway, add_months(TODAY, 3)).paid == 1
    assert [state for _, state in states(made)[:4]] == ["ordered", "cancelled", "skipped", "ordered"]
    assert violations(EVERY_LAW) == []


def test_newer_box_takes_the_place_of_a_failed_one(gateway):
    made = subscribed(offer(cadence="weekly"), gateway)
    gateway.script(made.method.method_ref, ["expired_card"])
    week = timedelta(days=7)
    bill(gateway, TODAY + week)
    run = bill(gateway, TODAY + 2 * week)
    made.refresh_from_db()
    assert (run.due, run.paid, made.state) == (1, 1, "active")
    assert [state for _, state in states(made)[:3]] == ["ordered", "cancelled", "ordered"]
    assert violations(EVERY_LAW) == []


def test_lost_answer_blocks_the_box_until_it_is_found_and_never_charges_twice(gateway):
    made = subscribed(offer(), gateway)
    real = gateway.charge
    gateway.charge = lambda request: (real(request), _lost())[1]  # the money moved, the answer did not come
    run = bill(gateway, NEXT)
    assert (run.paid, run.unknown, made.cycles.get(number=2).state) == (0, 1, "due")
    gateway.charge = real
    run = bill(gateway, NEXT + timedelta(days=2))
    assert (run.paid, made.cycles.get(number=2).state, len(gateway.charges())) == (1, "ordered", 2)
    assert violations(EVERY_LAW) == []


def _lost() -> Any:
    from malls.payments.gateways import Unknown

    return Unknown("AnswerLost")


def test_price_above_the_agreement_is_parked_and_not_charged_until_agreed(gateway):
    sold = offer()
    made = subscribed(sold, gateway)
    things = [one.product for one in sold.editions.get().components.all()]
    edition(sold, things, 36_000, month=add_months(MONTH, 1))
    run = bill(gateway, NEXT)
    made.refresh_from_db()
    assert (run.held, run.paid, made.parked_why, len(gateway.charges())) == (1, 0, "price", 1)
    assert bill(gateway, NEXT + timedelta(days=1)).due == 0
    agree_to_price(made, 39_000, at=noon(NEXT + timedelta(days=2)))
    assert bill(gateway, NEXT + timedelta(days=2)).paid == 1
    assert Order.objects.order_by("-pk")[0].total == 39_000
    assert violations(EVERY_LAW) == []


def test_agreeing_to_a_price_lifts_no_other_park(gateway):
    sold = offer()
    made = subscribed(sold, gateway)
    things = [one.product for one in sold.editions.get().components.all()]
    edition(sold, things, 36_000, month=add_months(MONTH, 1))
    type(made).objects.filter(pk=made.pk).update(parked_why="twice")
    agree_to_price(made, 39_000, at=noon(NEXT - timedelta(days=1)))
    made.refresh_from_db()
    assert made.parked_why == "twice"
    assert (bill(gateway, NEXT).due, len(gateway.charges())) == (0, 1)


def test_lower_price_is_charged_without_asking(gateway):
    sold = offer()
    subscribed(sold, gateway)
    things = [one.product for one in sold.editions.get().components.all()]
    edition(sold, things, 25_000, month=add_months(MONTH, 1))
    bill(gateway, NEXT)
    assert Order.objects.order_by("-pk")[0].total == 28_000


def test_term_discount_is_paid_by_the_municipality_to_the_won(gateway):
    sold = offer()
    sold.plans.update(term_months=3, discount_bp=555)
    made = subscribed(sold, gateway)
    order = Order.objects.get()
    assert (order.goods, order.discount, order.total) == (30_000, 1_665, 31_335)
    assert sum(order.lines.values_list("discount_municipality", flat=True)) == 1_665
    assert made.cycles.count() == 3
    for month in (1, 2):
        bill(gateway, add_months(TODAY, month))
    assert bill(gateway, add_months(TODAY, 3)).due == 0
    made.refresh_from_db()
    assert made.state == "ended"
    assert violations(EVERY_LAW) == []


def test_a_box_short_of_everything_is_skipped_and_nobody_is_charged(gateway):
    sold = offer()
    made = subscribed(sold, gateway)
    Stock.objects.update(received=1)
    run = bill(gateway, NEXT)
    assert (run.held, run.paid, len(gateway.charges())) == (1, 0, 1)
    assert list(made.cycles.order_by("number").values_list("state", flat=True))[:2] == ["ordered", "skipped"]
    Stock.objects.update(received=10)
    assert bill(gateway, NEXT + timedelta(days=1)).due == 0
    assert bill(gateway, add_months(TODAY, 2)).paid == 1
    assert violations(EVERY_LAW) == []


def test_skipped_and_cancelled_boxes_are_not_billed(gateway):
    sold = offer()
    skipping, leaving = subscribed(sold, gateway), subscribed(sold, gateway)
    skip_cycle(skipping.cycles.get(number=2), by=BY, at=NOON)
    cancel_subscription(leaving, by=BY, at=NOON)
    assert bill(gateway, NEXT).due == 0
    assert violations(EVERY_LAW) == []


def test_box_that_another_worker_took_meanwhile_is_left_to_it_for_five_minutes(gateway, monkeypatch):
    subscribed(offer(), gateway)
    first = claim(NEXT, after=0, batch=9, by=SYSTEM, at=noon(NEXT))
    monkeypatch.setattr(claiming, "due_cycles", lambda *_: Cycle.objects.filter(pk__in=first.cycles))
    second = claim(NEXT, after=0, batch=9, by=SYSTEM, at=noon(NEXT))
    assert second == Claim(first.last)
    third = claim(NEXT, after=0, batch=9, by=SYSTEM, at=noon(NEXT) + SOON)
    assert (third.cycles, third.charges, third.found) == (first.cycles, first.charges, 1)


def test_leaving_between_the_order_and_the_charge_asks_for_no_money(gateway):
    made = subscribed(offer(), gateway)
    claim(NEXT, after=0, batch=9, by=SYSTEM, at=noon(NEXT))
    cancel_subscription(made, by=BY, at=noon(NEXT))
    assert bill(gateway, NEXT).due == 0
    bill(gateway, NEXT, wait=SOON)
    assert (made.cycles.get(number=2).state, len(gateway.charges())) == ("cancelled", 1)
    assert Charge.objects.order_by("-pk")[0].decline_code == "withdrawn"
    assert Order.objects.order_by("-pk")[0].state == "cancelled"
    assert violations(EVERY_LAW) == []


def test_run_killed_after_the_decline_was_recorded_does_not_ask_again_the_same_day(gateway):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["insufficient_funds"])
    claimed = claim(NEXT, after=0, batch=9, by=SYSTEM, at=noon(NEXT))
    settle_charges(claimed.charges, gateway=gateway, at=noon(NEXT))
    run = bill(gateway, NEXT)
    assert (run.declined, made.cycles.get(number=2).tries, Charge.objects.count()) == (1, 1, 2)


def test_residents_are_told_each_fact_once(gateway, mailoutbox):
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["insufficient_funds", "insufficient_funds"])
    bill(gateway, NEXT)
    bill(gateway, NEXT + timedelta(days=1))
    assert send(noon(NEXT)) == 2
    assert send(noon(NEXT)) == 0
    assert [mail.to for mail in mailoutbox] == [[made.resident.user.email]] * 2
    assert "33,000원" in mailoutbox[0].subject
