"""When the mall's days change, agreed days that can no longer be kept are agreed anew; billing days never move."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from bundles.plans.calendar import CutOff, cutoff_of, deliver_day, ship_day
from bundles.plans.queries import day_book
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.models import ChangeKind, Cycle, CycleState, Subscription
from core.actor import Actor

OPEN = (CycleState.SCHEDULED, CycleState.SKIPPED)
FIELDS = ("ship_on", "deliver_on", "cutoff_at")


def keep_days(by: Actor, at: datetime) -> int:
    """Give open boxes the shipping and delivery days of the mall's calendar; the number of boxes moved."""
    days = day_book()
    moved: dict[int, list[Cycle]] = defaultdict(list)
    rows = Cycle.objects.filter(state__in=OPEN, cutoff_at__gt=at).select_related("subscription__plan__bundle")
    for box in rows.order_by("subscription_id", "number").iterator(2_000):
        bundle = box.subscription.plan.bundle
        ship = ship_day(box.bill_on, bundle.ship_weekday, days)
        deliver = deliver_day(ship, days)
        if (ship, deliver) != (box.ship_on, box.deliver_on):
            cutoff = CutOff(bundle.cutoff_hours, bundle.cutoff_before)
            box.ship_on, box.deliver_on, box.cutoff_at = ship, deliver, cutoff_of(box.bill_on, ship, cutoff)
            moved[box.subscription_id].append(box)
    for pk, boxes in moved.items():
        _move(Subscription(pk=pk), boxes, by, at)
    return sum(len(boxes) for boxes in moved.values())


@transaction.atomic
def _move(subscription: Subscription, boxes: list[Cycle], by: Actor, at: datetime) -> None:
    """One subscription's boxes, noted as a change so that it is shown and can be told."""
    with recorded(locked(subscription), ChangeKind.DAYS, by=by, at=at):
        still = set(Cycle.objects.filter(pk__in=[box.pk for box in boxes], state__in=OPEN).values_list("pk", flat=True))
        Cycle.objects.bulk_update([box for box in boxes if box.pk in still], FIELDS)
