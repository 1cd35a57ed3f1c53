"""Keeping the rows of the calendar: always a few boxes ahead, none beyond the term."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from bundles.plans.calendar import cycle_dates
from bundles.plans.models import Bundle
from bundles.subscriptions.models import Cycle, CycleState, SkippedFor, Subscription, SubscriptionState
from core.actor import SYSTEM
from core.clock import kst_date
from core.state import move_many

AHEAD = 3
MOST_AT_ONCE = 60
LIVE = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.PAUSED)
COUNTED = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.PAUSED)
OPEN = (CycleState.SCHEDULED, CycleState.DUE, CycleState.FAILED)


@transaction.atomic
def ensure_cycles(subscription_ids: Iterable[int], on: date) -> int:
    """Make sure that each subscription has its next three boxes scheduled after `on`; the number of rows made.

    Boxes that fall into a pause are made as skipped ones. Two callers at once make the same rows once.
    """
    wanted = Subscription.objects.filter(pk__in=list(subscription_ids), state__in=LIVE).prefetch_related("plan__bundle")
    ahead = Q(cycles__state=CycleState.SCHEDULED, cycles__bill_on__gt=on)
    rows = wanted.annotate(
        last=Coalesce(Max("cycles__number"), 0), ahead=Count("cycles", filter=ahead)
    ).filter(ahead__lt=AHEAD)  # fmt: skip
    fresh = [cycle for subscription in rows for cycle in _missing(subscription, on)]
    Cycle.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2_000)
    return len(fresh)


def end_terms(*, at: datetime) -> int:
    """End subscriptions whose term is over and whose boxes are all decided; the number ended."""
    over = Subscription.objects.filter(state__in=COUNTED, ends_on__lte=kst_date(at))
    done = over.exclude(Exists(Cycle.objects.filter(subscription=OuterRef("pk"), state__in=OPEN)))
    return len(move_many(Subscription, list(done), SubscriptionState.ENDED, by=SYSTEM, at=at))


def count_subscribers() -> int:
    """Count each bundle's subscribers anew; the number of bundles whose count changed."""
    living = Subscription.objects.filter(plan__bundle=OuterRef("pk"), state__in=COUNTED)
    counted = living.order_by().values("plan__bundle").annotate(n=Count("pk")).values("n")
    number = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return Bundle.objects.annotate(now=number).exclude(subscribers=F("now")).update(subscribers=number)


def _missing(subscription: Subscription, on: date) -> Iterator[Cycle]:
    """The boxes that are not there yet, up to three scheduled ones ahead."""
    still: int = AHEAD - subscription.ahead  # type: ignore[attr-defined]
    last: int = subscription.last  # type: ignore[attr-defined]
    for number in range(last + 1, last + MOST_AT_ONCE):
        cycle = new_cycle(subscription, number)
        if not still or (subscription.ends_on and cycle.starts_on >= subscription.ends_on):
            return
        yield cycle
        still -= cycle.state == CycleState.SCHEDULED and cycle.bill_on > on


def new_cycle(subscription: Subscription, number: int) -> Cycle:
    """The unsaved n-th box of a subscription."""
    plan = subscription.plan
    dates = cycle_dates(plan.cadence, subscription.anchor_on, number, plan.bundle.ship_weekday)
    paused = bool(subscription.paused_until and dates.bill_on < subscription.paused_until)
    return Cycle(
        subscription=subscription,
        number=number,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        bill_on=dates.bill_on,
        ship_on=dates.ship_on,
        deliver_on=dates.deliver_on,
        state=CycleState.SKIPPED if paused else CycleState.SCHEDULED,
        skipped_for=SkippedFor.PAUSE if paused else "",
    )
