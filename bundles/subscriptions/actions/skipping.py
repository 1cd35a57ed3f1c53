"""Skip a box, pause, go on. The term never moves, unless it is paid in advance: then no box is lost."""

from datetime import date, datetime, timedelta

from django.db import transaction

from bundles.subscriptions.actions.changing import changeable, locked, must_not_be_prepared, open_boxes
from bundles.subscriptions.actions.cycles import ensure_cycles
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.errors import (
    BadPause,
    CannotChange,
    CannotSkip,
    CannotUnskip,
    NothingLeftToCome,
    PauseLeavesOutNothing,
)
from bundles.subscriptions.models import ChangeKind, Cycle, CycleState, SkippedFor, Subscription, SubscriptionState
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.state import move_many
from ui.templatetags.ui import kdate

LONGEST_PAUSE = timedelta(days=183)


@transaction.atomic
def skip_cycle(cycle: Cycle, *, by: Actor, at: datetime, why: str = "") -> Cycle:
    """Leave one box out: nothing is sent and nothing is charged for it; one that was paid in advance comes later."""
    cycle = changeable(cycle, at)
    if cycle.state == CycleState.SKIPPED:
        return cycle
    if cycle.state != CycleState.SCHEDULED:
        raise CannotSkip(state=cycle.get_state_display())
    with recorded(cycle.subscription, ChangeKind.SKIP, by=by, at=at, cycle=cycle, why=why):
        cycle.move(CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.BOX)
        ensure_cycles([cycle.subscription_id], kst_date(at))
    return cycle


@transaction.atomic
def unskip_cycle(cycle: Cycle, *, by: Actor, at: datetime, why: str = "") -> Cycle:
    """Take a skip back until the cut-off."""
    cycle = changeable(cycle, at)
    if cycle.state == CycleState.SCHEDULED:
        return cycle
    if cycle.state != CycleState.SKIPPED:
        raise CannotUnskip(state=cycle.get_state_display())
    with recorded(cycle.subscription, ChangeKind.UNSKIP, by=by, at=at, cycle=cycle, why=why):
        cycle.move(CycleState.SCHEDULED, by=by, at=at, skipped_for="")
        ensure_cycles([cycle.subscription_id], kst_date(at))
    return cycle


@transaction.atomic
def pause_subscription(
    subscription: Subscription, until: date, *, by: Actor, at: datetime, why: str = ""
) -> Subscription:
    """Leave out every box that would be billed before `until`, at least one; from that day on it goes on by itself."""
    today = kst_date(at)
    first, last = today + timedelta(days=1), today + LONGEST_PAUSE
    if not first <= until <= last:
        raise BadPause(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    subscription = locked(subscription)
    if subscription.state != SubscriptionState.ACTIVE:
        raise CannotChange(state=subscription.get_state_display())
    must_not_be_prepared(subscription, at)
    coming = list(open_boxes(subscription, at).filter(state=CycleState.SCHEDULED))
    if not coming:
        raise NothingLeftToCome
    if coming[0].bill_on >= until:
        raise PauseLeavesOutNothing(until=kdate(until), bill_on=kdate(coming[0].bill_on))
    with recorded(subscription, ChangeKind.PAUSE, by=by, at=at, why=why):
        subscription.move(SubscriptionState.PAUSED, by=by, at=at, paused_until=until)
        inside = [box for box in coming if box.bill_on < until]
        move_many(Cycle, inside, CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.PAUSE)
        ensure_cycles([subscription.pk], until - timedelta(days=1))
    return subscription


def pause_days(subscription: Subscription, at: datetime, count: int = 3) -> list[date]:
    """Days until which one may pause: each leaves out one box more than the one before, the first one the next box."""
    today = kst_date(at)
    boxes = list(open_boxes(subscription, at).filter(state=CycleState.SCHEDULED)[:count])
    days = [max(box.ends_on, box.bill_on + timedelta(days=1)) for box in boxes]
    return [day for day in days if day <= today + LONGEST_PAUSE]


@transaction.atomic
def resume_subscription(subscription: Subscription, *, by: Actor, at: datetime, why: str = "") -> Subscription:
    """Go on from now: boxes that may still be changed are sent again, earlier ones of the pause stay left out."""
    return _resume(locked(subscription), kst_date(at) + timedelta(days=1), by, at, why)


def resume_due(*, at: datetime) -> int:
    """Let go on every pause whose day has come; the number resumed."""
    today = kst_date(at)
    over = Subscription.objects.filter(state=SubscriptionState.PAUSED, paused_until__lte=today).order_by("pk")
    for subscription in over:
        with transaction.atomic():
            fresh = locked(subscription)
            if fresh.state == SubscriptionState.PAUSED and fresh.paused_until and fresh.paused_until <= today:
                _resume(fresh, fresh.paused_until, SYSTEM, at)
    return len(over)


def _resume(subscription: Subscription, first_on: date, by: Actor, at: datetime, why: str = "") -> Subscription:
    """Active again; boxes billed from `first_on` on are back, earlier ones that were not billed stay left out."""
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    if subscription.state != SubscriptionState.PAUSED:
        raise CannotChange(state=subscription.get_state_display())
    late = subscription.cycles.filter(state=CycleState.SCHEDULED, bill_on__lt=first_on)
    back = open_boxes(subscription, at).filter(skipped_for=SkippedFor.PAUSE, bill_on__gte=first_on)
    with recorded(subscription, ChangeKind.RESUME, by=by, at=at, why=why):
        subscription.move(SubscriptionState.ACTIVE, by=by, at=at, paused_until=None)
        move_many(Cycle, list(late), CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.PAUSE)
        move_many(Cycle, list(back), CycleState.SCHEDULED, by=by, at=at, skipped_for="")
        ensure_cycles([subscription.pk], kst_date(at))
    return subscription
