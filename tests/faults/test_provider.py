"""F8–F12 and F18: what the provider may do to a charge, in the middle of a billing run."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import add_months
from core.errors import GatewayError
from malls.payments.actions import ask, record_outcomes, settle_unknown, take_up_again
from malls.payments.gateways import Unknown
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge
from malls.payments.simulator.faults import Fault
from tests.bundles.world import NOON, TODAY, noon
from tests.faults.world import SEEDS, account_of, check, residents

NEXT = add_months(TODAY, 1)
AT = noon(NEXT)
MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


def run(gateway: MemoryGateway, wait: timedelta = timedelta(0)) -> Any:
    gateway.set_clock(AT + wait)
    return run_billing(NEXT, at=AT + wait, gateway=gateway)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "kind", ["drop_before", "drop_after", "error_before", "error_stored", "error_after", "rate_limit"]
)
def test_answer_that_is_no_answer_is_looked_up_and_the_box_is_charged_once(gateway, kind, seed):
    residents(gateway, 4, NOON)
    gateway.provider.faults.add(Fault(kind, count=None, chance=0.6, seed=seed))
    first = run(gateway)
    assert first.paid + first.unknown == 4
    assert run(gateway, 4 * MINUTES).due == 0
    gateway.provider.faults.clear()
    gateway.set_clock(AT + 5 * MINUTES)
    settle_unknown(gateway=gateway, at=AT + 5 * MINUTES)
    settle_unknown(gateway=gateway, at=AT + 25 * HOURS)
    run(gateway, 25 * HOURS)
    on = NEXT + timedelta(days=2)
    gateway.set_clock(noon(on))
    run_billing(on, at=noon(on), gateway=gateway)
    assert set(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered"}
    check(account_of(gateway), paid=8)


def test_unknown_is_looked_at_after_five_minutes_an_hour_and_then_daily(gateway):
    residents(gateway, 1, NOON)
    gateway.provider.faults.add(Fault("drop_after"))
    run(gateway)
    lookup, looks = gateway.lookup, []
    gateway.lookup = lambda _request: _nothing(looks)
    gateway.charge = lambda _request: _lost()
    for minutes in range(0, 3 * 24 * 60, 5):
        before = len(looks)
        settle_unknown(gateway=gateway, at=AT + minutes * MINUTES)
        looks[before:] = [minutes] * (len(looks) - before)
        if minutes >= 23 * 60 and len(looks) == 3:
            break
        Charge.objects.filter(state="declined").update(state="unknown")
    assert looks[:2] == [5, 65]
    assert all(later - earlier == 24 * 60 for earlier, later in pairwise(looks[1:]))
    gateway.lookup = lookup
    settle_unknown(gateway=gateway, at=AT + 4 * 24 * HOURS)
    assert Charge.objects.order_by("-pk")[0].state == "succeeded"
    check(account_of(gateway), paid=2)


def _nothing(looks: list[int]) -> Any:
    looks.append(0)
    message = "the provider is away"
    raise GatewayError(message, permanent=False)


def _lost() -> Any:
    return Unknown("AnswerLost")


def test_outage_of_25_hours_never_sends_the_old_key_again(gateway):
    residents(gateway, 2, NOON)
    gateway.provider.faults.add(Fault("drop_after", count=None))
    assert run(gateway).unknown == 2
    gateway.provider.faults.clear()
    asked = gateway.asked
    run(gateway, 25 * HOURS)
    assert gateway.asked == asked
    check(account_of(gateway), paid=4)


def test_same_key_with_other_parameters_charges_nothing_more_and_stays_open_for_a_person(gateway):
    residents(gateway, 1, NOON)
    gateway.provider.faults.add(Fault("drop_after"))
    run(gateway)
    charge = Charge.objects.select_related("order", "method").get(state="unknown")
    charge.amount += 1
    gateway.lookup = lambda _request: None
    outcomes = ask([charge], gateway, at=AT + 5 * MINUTES)
    record_outcomes(outcomes, at=AT + 5 * MINUTES)
    assert Charge.objects.get(pk=charge.pk).state == "unknown"
    del gateway.lookup
    settle_unknown(gateway=gateway, at=AT + 2 * HOURS)
    assert Charge.objects.get(pk=charge.pk).state == "unknown"
    take_up_again([charge.order_id], at=AT + 2 * HOURS)
    settle_unknown(gateway=gateway, at=AT + 3 * HOURS)
    check(account_of(gateway), paid=2)


@pytest.mark.parametrize(
    ("code", "klass", "again"),
    [
        ("insufficient_funds", "soft", 1), ("processing_error", "soft", 1), ("do_not_honor", "soft", 1),
        ("expired_card", "hard", None), ("lost_card", "hard", None), ("stolen_card", "hard", None),
        ("revocation_of_authorization", "hard", None), ("authentication_required", "authentication", None),
    ],
)  # fmt: skip
def test_each_decline_class_does_what_it_asks_for(gateway, code, klass, again):
    (made,) = residents(gateway, 1, NOON)
    gateway.script(made.method.method_ref, [code])
    run(gateway)
    box = made.cycles.get(number=2)
    charge = Charge.objects.order_by("-pk")[0]
    assert (box.state, box.last_decline, charge.decline_class) == ("failed", code, klass)
    assert box.next_try_on == (NEXT + timedelta(days=again) if again else None)
    assert Subscription.objects.get().state == "past_due"
    assert run_billing(NEXT + timedelta(days=1), at=noon(NEXT + timedelta(days=1)), gateway=gateway).paid == (
        1 if again else 0
    )
    check(account_of(gateway), paid=2 if again else 1)
