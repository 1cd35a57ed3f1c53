"""Any changes in any order on any days: boxes follow each other, and undoing restores exactly."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundles.plans.calendar import Course
from bundles.plans.models import Bundle, Cadence, Plan
from bundles.plans.queries import day_book
from bundles.subscriptions import actions
from bundles.subscriptions.actions.recording import values_of
from bundles.subscriptions.laws import LAWS
from bundles.subscriptions.models import Agreement, Cycle, Subscription
from core.clock import KST, add_months, kst_date, kst_midnight
from core.errors import Refusal
from core.laws import violations
from tests.bundles.world import BY, card, offer, resident

ANCHORS = [
    date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 28), date(2028, 2, 29), date(2027, 12, 30), date(2028, 1, 1),
    date(2027, 11, 29), date(2028, 8, 31),
]  # fmt: skip
CHANGES = ("skip", "unskip", "pause", "resume", "plan", "quantity", "leave", "leave_end", "back", "undo", "renew")


@pytest.fixture
def sold(sunchang: Any) -> Bundle:
    made = offer()
    for cadence in Cadence.values:
        for months in (0, 3, 12):
            Plan.objects.get_or_create(bundle=made, cadence=cadence, term_months=months)
    return made


def begun(sold: Bundle, plan: Plan, anchor: date) -> Subscription:
    """An active subscription whose first box was ordered on its first day."""
    who = resident()
    made = Subscription.objects.create(
        resident=who, plan=plan, address=who.addresses.first(), method=card(who), state="active",
        request_key=f"walk-{who.pk}", anchor_on=anchor, subscribed_at=kst_midnight(anchor),
    )  # fmt: skip
    made.ends_on = made.course(day_book()).term_ends_on(1, plan.term_months)
    made.save()
    Agreement.objects.create(subscription=made, amount=33_000, from_on=anchor, agreed_at=kst_midnight(anchor))
    actions.ensure_cycles([made.pk], anchor - timedelta(days=1))
    Cycle.objects.filter(subscription=made, number=1).update(state="fulfilled")
    actions.ensure_cycles([made.pk], anchor)
    return made


def act(made: Subscription, what: str, draw: Any, at: datetime) -> None:
    stamp: dict[str, Any] = {"by": BY, "at": at}
    boxes = list(made.cycles.select_related("subscription").order_by("number"))
    if what in {"skip", "unskip"}:
        verb = actions.skip_cycle if what == "skip" else actions.unskip_cycle
        verb(draw(st.sampled_from(boxes)), **stamp)
    elif what == "pause":
        actions.pause_subscription(
            made, (at + timedelta(days=draw(st.integers(1, 183)))).astimezone(KST).date(), **stamp
        )
    elif what == "plan":
        actions.change_plan(made, draw(st.sampled_from(list(made.plan.bundle.plans.order_by("pk")))), **stamp)
    elif what == "quantity":
        actions.change_quantity(made, draw(st.integers(1, 3)), **stamp)
    elif what == "renew":
        actions.choose_renewal(made, renews=draw(st.booleans()), **stamp)
    elif what == "undo":
        change = actions.undoable(made, at)
        if change:
            actions.undo_change(change, **stamp)
    else:
        verbs = {
            "resume": actions.resume_subscription, "leave": actions.cancel_subscription,
            "leave_end": actions.leave_at_end, "back": actions.take_back_cancellation,
        }  # fmt: skip
        verbs[what](made, **stamp)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_boxes_follow_each_other_and_undo_restores_exactly(sold, data):
    with transaction.atomic():
        plan = data.draw(st.sampled_from(list(sold.plans.order_by("pk"))))
        anchor = data.draw(st.sampled_from(ANCHORS))
        made = begun(sold, plan, anchor)
        at = kst_midnight(anchor) + timedelta(hours=12)
        for what in data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6)):
            at += data.draw(
                st.sampled_from([timedelta(0), timedelta(hours=11, minutes=59), timedelta(hours=12), timedelta(days=9)])
            )
            made.refresh_from_db()
            actions.ensure_cycles([made.pk], kst_date(at))
            before, ends, newest = values_of(made), made.ends_on, actions.undoable(made, at)
            try:
                with transaction.atomic():
                    act(made, what, data.draw, at)
            except Refusal:
                assert values_of(made) == before
                continue
            assert violations(LAWS) == []
            made.refresh_from_db()
            if what in {"skip", "unskip", "pause", "resume"}:
                assert made.ends_on == ends
            change = actions.undoable(made, at)
            if what not in {"undo", "back"} and change and change != newest:
                actions.undo_change(change, by=BY, at=at)
                assert values_of(made) == before
                assert violations(LAWS) == []
        transaction.set_rollback(True)


@given(
    st.sampled_from(list(Cadence.values)), st.sampled_from(list(Cadence.values)), st.sampled_from(ANCHORS),
    st.integers(2, 14),
)  # fmt: skip
def test_a_new_cadence_begins_where_the_old_one_would_have_gone_on(old, new, anchor, number):
    course = Course(old, 2, anchor)
    changed = course.with_cadence(new, number)
    assert changed.dates(number).starts_on == course.dates(number).starts_on
    assert changed.dates(number).ends_on == changed.dates(number + 1).starts_on
    if {old, new} <= {"monthly", "bimonthly", "quarterly"}:
        month = {"monthly": 1, "bimonthly": 2, "quarterly": 3}[new]
        begin = course.dates(number).starts_on
        later = add_months(begin.replace(day=1), month)
        assert changed.dates(number + 1).starts_on == later.replace(
            day=min(anchor.day, (add_months(later, 1) - timedelta(days=1)).day)
        )
