"""Step one of billing: due boxes become orders, in one short transaction for each batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bundles.billing.actions.telling import note
from bundles.billing.drafts import Bill, bills_of, drafts_of
from bundles.billing.models import NoticeKind
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from core.actor import Actor
from core.state import move_many
from malls.orders.actions import cancel_orders, place_orders

if TYPE_CHECKING:
    from malls.orders.models import Order

PAYING = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)
PRICE = "price"
FILL = """
    UPDATE subscriptions_cycle SET order_id = bill.order_id, edition_id = bill.edition_id, amount = bill.amount
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS bill (cycle_id, order_id, edition_id, amount)
    WHERE subscriptions_cycle.id = bill.cycle_id
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a batch brought: the last box looked at, the boxes with an order to charge, and those held back.

    `again` are the boxes that had an order before: a killed run may have left something to write down.
    """

    last: int
    cycles: list[Cycle] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    held: int = 0
    found: int = 0


def due_cycles(on: date) -> QuerySet[Cycle]:
    """Boxes that want money on a day, found by what they are and never by when someone last looked.

    One box of a subscription at a time: an earlier one that is not decided blocks a later one, a later one that is due
    takes the place of an earlier failed one.
    """
    mine = Cycle.objects.filter(subscription=OuterRef("subscription"))
    due = Q(state=CycleState.SCHEDULED, bill_on__lte=on)
    earlier = mine.filter(Q(state=CycleState.DUE) | due, number__lt=OuterRef("number"))
    later = mine.filter(due, number__gt=OuterRef("number"))
    paying = Q(subscription__state__in=PAYING, subscription__parked_why="")
    wanted = Q(paying, due) | Q(paying, ~Exists(later), state=CycleState.FAILED, next_try_on__lte=on)
    return Cycle.objects.filter(wanted | Q(state=CycleState.DUE)).exclude(Exists(earlier))


@transaction.atomic
def claim(
    on: date, *, after: int, batch: int, by: Actor, at: datetime, subscription_id: int | None = None
) -> Claim | None:
    """Lock the next batch of due boxes, place their orders, and let go. None when there is none left."""
    rows = due_cycles(on).filter(pk__gt=after)
    if subscription_id is not None:
        rows = rows.filter(subscription_id=subscription_id)
    rows = rows.select_related("subscription__plan__bundle", "subscription__address", "order").order_by("pk")
    cycles = list(rows.select_for_update(skip_locked=True, of=("self", "subscription"))[:batch])
    if not cycles:
        return None
    last = cycles[-1].pk
    going = _without_left(cycles, by, at)
    fresh = [cycle for cycle in going if cycle.order_id is None]
    again = [cycle.pk for cycle in going if cycle.order_id]
    bills = bills_of(fresh, on, by=by, at=at)
    _park([bill for bill in bills if not bill.is_agreed], at)
    move_many(Cycle, [cycle for cycle in going if cycle.order_id], CycleState.DUE, by=by, at=at)
    _place([bill for bill in bills if bill.is_agreed], by, at)
    ready = [cycle for cycle in going if cycle.order_id]
    return Claim(last, ready, again, held=len(going) - len(ready), found=len(cycles))


def _without_left(cycles: Sequence[Cycle], by: Actor, at: datetime) -> list[Cycle]:
    """Boxes still wanted. Those whose subscription was left before anyone was asked for money are cancelled."""
    left = [one for one in cycles if one.subscription.state not in PAYING and not _was_asked(one)]
    move_many(Cycle, left, CycleState.CANCELLED, by=by, at=at)
    cancel_orders([one.order for one in left if one.order], by=by, at=at)
    gone = {one.pk for one in left}
    return [one for one in cycles if one.pk not in gone]


def _was_asked(cycle: Cycle) -> bool:
    """Whether a charge may be under way for the box."""
    order: Order | None = cycle.order
    return order is not None and order.charges.exists()


def _park(bills: Sequence[Bill], at: datetime) -> None:
    """Charge nothing above what was agreed; the subscription waits for a new consent (전자상거래법 §13⑥)."""
    if bills:
        subscriptions = [bill.cycle.subscription_id for bill in bills]
        Subscription.objects.filter(pk__in=subscriptions).update(parked_why=PRICE)
        note([bill.cycle.pk for bill in bills], NoticeKind.PRICE_ROSE, at)


def _place(bills: Sequence[Bill], by: Actor, at: datetime) -> None:
    """Place the orders of boxes and tie them together. What is short of stock waits as it is for the next run."""
    orders = {order.source: order for order in place_orders(drafts_of(bills), by=by, at=at)}
    done = [(bill, orders[f"cycle:{bill.cycle.pk}"]) for bill in bills if f"cycle:{bill.cycle.pk}" in orders]
    if not done:
        return
    move_many(Cycle, [bill.cycle for bill, _ in done], CycleState.DUE, by=by, at=at)
    rows = [(bill.cycle.pk, order.pk, bill.edition.pk, order.total) for bill, order in done]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [list(column) for column in zip(*rows, strict=True)])
    for bill, order in done:
        bill.cycle.order = order
        bill.cycle.amount = order.total
