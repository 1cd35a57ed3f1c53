"""Skip, pause, leave and come back: what may be done until when, and what it leaves behind."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.plans.errors import NotOffered
from bundles.plans.queries import current_edition, plan_price
from bundles.subscriptions import errors
from bundles.subscriptions.actions import (
    cancel_subscription,
    change_address,
    change_method,
    pause_subscription,
    resume_due,
    resume_subscription,
    skip_cycle,
    subscribe,
    take_back_cancellation,
    unskip_cycle,
)
from bundles.subscriptions.laws import LAWS
from bundles.subscriptions.models import Subscription
from core.clock import add_months
from core.laws import violations
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import BY, NOON, TODAY, card, noon, offer, resident, subscribed


@pytest.fixture
def made(sunchang: Any) -> Subscription:
    """Monthly, first box paid on 23 November; the next ones on 23 December, January and February."""
    return subscribed(offer(), MemoryGateway())


def states(subscription: Subscription) -> list[str]:
    return list(subscription.cycles.order_by("number").values_list("state", flat=True))


def box(subscription: Subscription, number: int) -> Any:
    return subscription.cycles.select_related("subscription").get(number=number)


def join(who: Any, sold: Any, **changes: Any) -> Subscription:
    plan = sold.plans.first()
    edition = current_edition(sold, TODAY)
    values = {
        "address": who.addresses.first(), "method": card(who), "by": BY, "at": NOON, "request_key": "one",
        "agreed_amount": plan_price(plan, edition).total, **changes,
    }  # fmt: skip
    return subscribe(who, plan, **values)


def test_pressing_twice_makes_one_subscription(sunchang):
    who, sold = resident(), offer()
    assert join(who, sold).pk == join(who, sold).pk
    assert Subscription.objects.count() == 1
    assert violations(LAWS) == []


def test_joining_without_address_or_card_or_at_another_price_is_refused(sunchang):
    who, other, sold = resident(), resident(), offer()
    with pytest.raises(errors.NoAddress):
        join(who, sold, address=other.addresses.first())
    with pytest.raises(errors.NoMethod):
        join(who, sold, method=None)
    with pytest.raises(errors.NoMethod):
        join(who, sold, method=card(other))
    with pytest.raises(errors.PriceHasChanged) as no:
        join(who, sold, agreed_amount=1)
    assert no.value.fields == {"agreed": "1", "now": "33,000"}
    sold.plans.update(is_offered=False)
    with pytest.raises(NotOffered):
        join(who, sold)
    assert Subscription.objects.count() == 0


def test_skip_leaves_out_one_box_and_another_is_scheduled(made):
    skip_cycle(box(made, 2), by=BY, at=NOON)
    skip_cycle(box(made, 2), by=BY, at=NOON)
    assert states(made) == ["ordered", "skipped", "scheduled", "scheduled", "scheduled"]
    unskip_cycle(box(made, 2), by=BY, at=NOON)
    assert states(made)[1] == "scheduled"
    assert violations(LAWS) == []


def test_on_the_billing_day_nothing_can_be_skipped_or_taken_back(made):
    day = noon(add_months(TODAY, 1))
    with pytest.raises(errors.CutOffPassed) as no:
        skip_cycle(box(made, 2), by=BY, at=day)
    assert no.value.fields == {"until": "2026년 12월 22일 (화) 밤 12시"}
    skip_cycle(box(made, 3), by=BY, at=day)
    with pytest.raises(errors.CutOffPassed):
        unskip_cycle(box(made, 3), by=BY, at=noon(add_months(TODAY, 2)))
    assert states(made)[1:3] == ["scheduled", "skipped"]


def test_pause_skips_the_boxes_inside_it_and_ends_by_itself(made):
    until = add_months(TODAY, 2)
    pause_subscription(made, until, by=BY, at=NOON)
    made.refresh_from_db()
    assert (made.state, states(made)) == ("paused", ["ordered", "skipped", "scheduled", "scheduled", "scheduled"])
    assert resume_due(at=noon(until - timedelta(days=1))) == 0
    assert resume_due(at=noon(until)) == 1
    made.refresh_from_db()
    assert (made.state, made.paused_until, states(made)[2]) == ("active", None, "scheduled")
    assert violations(LAWS) == []


def test_resuming_early_brings_back_the_boxes_still_to_come(made):
    pause_subscription(made, add_months(TODAY, 3), by=BY, at=NOON)
    resume_subscription(made, by=BY, at=NOON + timedelta(days=1))
    assert states(made)[:4] == ["ordered", "scheduled", "scheduled", "scheduled"]


def test_resuming_brings_no_box_back_that_was_skipped_alone(made):
    skip_cycle(box(made, 3), by=BY, at=NOON)
    pause_subscription(made, add_months(TODAY, 3), by=BY, at=NOON)
    resume_subscription(made, by=BY, at=NOON)
    assert states(made)[:4] == ["ordered", "scheduled", "skipped", "scheduled"]


def test_pause_to_yesterday_or_for_a_year_is_refused(made):
    for until in (TODAY, TODAY + timedelta(days=184)):
        with pytest.raises(errors.BadPause):
            pause_subscription(made, until, by=BY, at=NOON)
    made.refresh_from_db()
    assert made.state == "active"


def test_leaving_cancels_what_is_to_come_and_can_be_taken_back_until_the_billing_day(made):
    cancel_subscription(made, by=BY, at=NOON, why="이사")
    cancel_subscription(made, by=BY, at=NOON)
    made.refresh_from_db()
    assert (made.state, made.cancel_reason, states(made)) == (
        "cancelled", "이사", ["ordered", "cancelled", "cancelled", "cancelled"]
    )  # fmt: skip
    take_back_cancellation(made, by=BY, at=noon(TODAY + timedelta(days=20)))
    made.refresh_from_db()
    assert (made.state, states(made)[:4]) == ("active", ["ordered", "scheduled", "scheduled", "scheduled"])
    assert violations(LAWS) == []


def test_leaving_cannot_be_taken_back_on_the_billing_day(made):
    cancel_subscription(made, by=BY, at=NOON)
    with pytest.raises(errors.CutOffPassed):
        take_back_cancellation(made, by=BY, at=noon(add_months(TODAY, 1)))
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_another_residents_card_or_address_is_refused(made):
    other = resident()
    with pytest.raises(errors.NoMethod):
        change_method(made, card(other), at=NOON)
    with pytest.raises(errors.NoAddress):
        change_address(made, other.addresses.first(), by=BY, at=NOON)
