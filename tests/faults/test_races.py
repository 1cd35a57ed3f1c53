"""F10, F22–F24, F27–F29: two things at the same moment, lost messages, silent beats, jumping clocks."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from bundles.billing import tasks as billing_tasks
from bundles.billing.actions import run_billing
from bundles.billing.dispatching import dispatch, due_municipalities
from bundles.subscriptions.actions import cancel_subscription, change_method
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import add_months
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge
from malls.payments.rules import FIRST_LOOK
from malls.payments.simulator.faults import Fault
from tests.bundles.world import BY, NOON, TODAY, card, noon
from tests.faults.world import SEEDS, account_of, check, dice_of, residents, together

NEXT = add_months(TODAY, 1)
AT = noon(NEXT)
BOXES = 6


@pytest.fixture
def gateway(scratch: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


def bill(gateway: MemoryGateway, wait: timedelta = timedelta(0)) -> Any:
    return run_billing(NEXT, at=AT + wait, gateway=gateway, batch=2)


def raised(results: list[Any]) -> list[Any]:
    return [one for one in results if isinstance(one, Exception)]


@pytest.mark.parametrize("seed", SEEDS)
def test_leaving_while_billing_is_one_of_the_two_orders(gateway, seed):
    made = residents(gateway, BOXES, NOON)
    leaving = [lambda one=one: cancel_subscription(one, by=BY, at=AT) for one in made]
    jobs = [lambda: bill(gateway), *leaving]
    dice_of(seed).shuffle(jobs)
    assert raised(together(jobs)) == []
    bill(gateway, FIRST_LOOK)
    boxes = Counter(Cycle.objects.filter(number=2).values_list("state", flat=True))
    assert set(boxes) <= {"ordered", "cancelled"}
    assert set(Subscription.objects.values_list("state", flat=True)) <= {"cancelled", "active"}
    check(account_of(gateway), paid=BOXES + boxes["ordered"])


@pytest.mark.parametrize("seed", SEEDS)
def test_changing_the_card_while_billing_charges_each_box_once(gateway, seed):
    made = residents(gateway, BOXES, NOON)
    for one in made[:3]:
        gateway.script(one.method.method_ref, ["expired_card"] * 9)
    cards = [card(one.resident, gateway) for one in made]
    for one in cards:
        gateway.script(one.method_ref, [])
    changing = [lambda one=one, new=new: change_method(one, new, at=AT) for one, new in zip(made, cards, strict=True)]
    jobs = [lambda: bill(gateway), *changing]
    dice_of(seed).shuffle(jobs)
    assert raised(together(jobs)) == []
    later = NEXT + timedelta(days=1)
    run_billing(later, at=noon(later), gateway=gateway)
    assert Counter(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered": BOXES}
    check(account_of(gateway), paid=2 * BOXES)


def test_lock_that_is_not_given_changes_nothing_and_the_next_run_does_the_work(gateway, monkeypatch):
    residents(gateway, BOXES, NOON)
    before = Counter(Charge.objects.values_list("state", flat=True))

    def refuse(*args: Any, **kwargs: Any) -> Any:
        message = "canceling statement due to lock timeout"
        raise OperationalError(message)

    monkeypatch.setattr("bundles.billing.actions.claiming.place_orders", refuse)
    with pytest.raises(OperationalError):
        bill(gateway)
    assert Counter(Charge.objects.values_list("state", flat=True)) == before
    assert set(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"scheduled"}
    monkeypatch.undo()
    assert bill(gateway).paid == BOXES
    check(account_of(gateway), paid=2 * BOXES)


def test_box_whose_answer_is_being_written_is_passed_over_without_waiting(gateway):
    """Whoever records locks the order, then the box; billing locks the box: it must never wait for the order."""
    residents(gateway, BOXES, NOON)
    gateway.provider.faults.add(Fault("drop_after", count=1))
    assert bill(gateway).unknown == 1
    unknown = Charge.objects.get(state="unknown")
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=unknown.order_id)
            held.set()
            assert done.wait(20)

    def pass_over() -> int:
        assert held.wait(20)
        try:
            return int(bill(gateway, FIRST_LOOK).paid)
        finally:
            done.set()

    assert together([write, pass_over]) == [None, 0]
    assert bill(gateway, FIRST_LOOK).paid == 1
    check(account_of(gateway), paid=2 * BOXES)


def test_two_beats_at_once_and_repeated_wakes_do_each_thing_once(gateway, scratch, monkeypatch):
    """A broker that lost its messages, or brings them again and again, decides nothing: work is found by query."""
    residents(gateway, BOXES, NOON)
    monkeypatch.setattr(billing_tasks, "open_gateway", lambda: gateway)
    monkeypatch.setattr(billing_tasks, "now", lambda: AT)
    beats = [
        lambda: dispatch(NEXT, [scratch], clock=lambda: AT, gateway_of=lambda: gateway, workers=2) for _ in range(2)
    ]
    wakes = [lambda: [billing_tasks.run.run() for _ in range(3)] for _ in range(2)]
    assert raised(together([*beats, *wakes])) == []
    assert [one for one in due_municipalities(NEXT) if one.schema_name == "scratch"] == []
    check(account_of(gateway), paid=2 * BOXES)


def test_beat_that_was_down_for_26_hours_catches_up_without_asking_twice(gateway):
    residents(gateway, BOXES, NOON)
    late = AT + timedelta(hours=26)
    run = run_billing(NEXT + timedelta(days=1), at=late, gateway=gateway, batch=2)
    assert (run.due, run.paid) == (BOXES, BOXES)
    assert run_billing(NEXT + timedelta(days=1), at=late, gateway=gateway).due == 0
    check(account_of(gateway), paid=2 * BOXES)


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(days=1)])
def test_clock_that_jumps_bills_no_box_early_and_none_twice(gateway, jump):
    residents(gateway, BOXES, NOON)
    jumped = AT + jump
    first = run_billing(jumped.date(), at=jumped, gateway=gateway)
    assert first.paid == (0 if jumped.date() < NEXT else BOXES)
    bill(gateway, timedelta(hours=2))
    check(account_of(gateway), paid=2 * BOXES)


def test_clock_a_year_ahead_charges_one_box_and_parks_instead_of_emptying_the_card(gateway):
    residents(gateway, 2, NOON)
    far = NEXT + timedelta(days=365)
    run_billing(far, at=noon(far), gateway=gateway)
    run_billing(far, at=noon(far), gateway=gateway)
    assert set(Subscription.objects.values_list("parked_why", flat=True)) == {"twice"}
    check(account_of(gateway), paid=4)
