"""Keeping the rows of the calendar: always a few boxes ahead, none beyond the term."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from bundles.plans.calendar import Dates, DayBook
from bundles.plans.models import Bundle
from bundles.plans.queries import day_book
from bundles.subscriptions.models import (
    Cycle,
    CycleState,
    PrepaidTerm,
    SkippedFor,
    Subscription,
    SubscriptionState,
)

AHEAD = 3
DATED = ("starts_on", "ends_on", "bill_on", "ship_on", "deliver_on", "cutoff_at")
MOST_AT_ONCE = 60
LIVE = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.PAUSED)
COUNTED = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.PAUSED)
UNBILLED = (CycleState.SCHEDULED, CycleState.SKIPPED)
OPEN = (CycleState.SCHEDULED, CycleState.DUE, CycleState.FAILED)


@transaction.atomic
def ensure_cycles(subscription_ids: Iterable[int], on: date) -> int:
    """Make sure that each subscription has its next three boxes scheduled after `on`; the number of rows made.

    Boxes that fall into a pause are made as skipped ones. Two callers at once make the same rows once. A term paid in
    advance ends after its last box, wherever that has moved.
    """
    pks = list(subscription_ids)
    days = day_book()
    _keep_prepaid(pks, days)
    wanted = Subscription.objects.filter(pk__in=pks, state__in=LIVE).prefetch_related("plan__bundle")
    ahead = Q(cycles__state=CycleState.SCHEDULED, cycles__bill_on__gt=on)
    rows = wanted.annotate(
        last=Coalesce(Max("cycles__number"), 0), ahead=Count("cycles", filter=ahead)
    ).filter(ahead__lt=AHEAD).order_by("pk")  # fmt: skip
    fresh = [cycle for subscription in rows for cycle in _missing(subscription, on, days)]
    Cycle.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2_000)
    return len(fresh)


def _keep_prepaid(subscription_ids: list[int], days: DayBook) -> None:
    """Let terms paid in advance end after as many boxes as were paid for: what is left out comes later."""
    terms = list(
        PrepaidTerm.objects.filter(
            subscription__in=subscription_ids, subscription__state__in=LIVE, followed_at=None
        ).select_related("subscription__plan__bundle")
    )  # fmt: skip
    if not terms:
        return
    rows = Cycle.objects.filter(subscription__prepaid__in=terms).order_by("number")
    boxes: dict[int, list[Cycle]] = defaultdict(list)
    for row in rows:
        boxes[row.subscription_id].append(row)
    moved = [term.subscription for term in terms if _end_anew(term, boxes[term.subscription_id], days)]
    Subscription.objects.bulk_update(moved, ["ends_on"])
    late = Cycle.objects.filter(subscription__in=moved, state__in=UNBILLED, order=None)
    late.filter(starts_on__gte=F("subscription__ends_on")).delete()


def _end_anew(term: PrepaidTerm, boxes: list[Cycle], days: DayBook) -> bool:
    """Set the end of a term behind its last box; whether it moved."""
    subscription = term.subscription
    there = {box.number: box for box in boxes}
    left = term.boxes
    number = 0
    while left:
        number += 1
        box = there.get(number) or new_cycle(subscription, number, days)
        left -= box.state not in (CycleState.SKIPPED, CycleState.CANCELLED)
    ends_on = subscription.course(days).dates(number).ends_on
    if subscription.ends_on == ends_on:
        return False
    subscription.ends_on = ends_on
    return True


def count_subscribers() -> int:
    """Count each bundle's subscribers anew; the number of bundles whose count changed."""
    living = Subscription.objects.filter(plan__bundle=OuterRef("pk"), state__in=COUNTED)
    counted = living.order_by().values("plan__bundle").annotate(n=Count("pk")).values("n")
    number = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return Bundle.objects.annotate(now=number).exclude(subscribers=F("now")).update(subscribers=number)


def _missing(subscription: Subscription, on: date, days: DayBook) -> Iterator[Cycle]:
    """The boxes that are not there yet, up to three scheduled ones ahead."""
    still: int = AHEAD - subscription.ahead  # type: ignore[attr-defined]
    last: int = subscription.last  # type: ignore[attr-defined]
    for number in range(last + 1, last + MOST_AT_ONCE):
        if not still:
            return
        cycle = new_cycle(subscription, number, days)
        if subscription.ends_on and cycle.starts_on >= subscription.ends_on:
            return
        yield cycle
        still -= cycle.state == CycleState.SCHEDULED and cycle.bill_on > on


def new_cycle(subscription: Subscription, number: int, days: DayBook) -> Cycle:
    """The unsaved n-th box of a subscription."""
    cycle = Cycle(subscription=subscription, number=number)
    date_cycle(cycle, subscription.course(days).dates(number))
    if subscription.paused_until and cycle.bill_on < subscription.paused_until:
        cycle.state, cycle.skipped_for = CycleState.SKIPPED, SkippedFor.PAUSE
    return cycle


def date_cycle(cycle: Cycle, dates: Dates) -> None:
    """Give a box its days."""
    for name in DATED:
        setattr(cycle, name, getattr(dates, name))
