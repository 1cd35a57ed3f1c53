"""Step one of billing: due boxes become orders with reserved charges, in one short transaction for each batch.

Several workers may claim at once: rows that another one holds are passed over, and boxes whose charge someone is asking
about are left to it until the charge is to be looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from bundles.billing.actions.advancing import pay_ahead
from bundles.billing.actions.settling import record_declines
from bundles.billing.drafts import Bill, bills_of, drafts_of
from bundles.subscriptions.models import Cycle, CycleState, Parked, Subscription, SubscriptionState
from core.actor import Actor
from core.clock import kst_date, kst_midnight
from core.state import move_many
from malls.notices.actions import note
from malls.orders.actions import cancel_orders, place_orders
from malls.orders.models import Order, OrderState
from malls.payments.actions import reserve_charges, withdraw_charges
from malls.payments.models import OPEN_CHARGES, Charge

PAYING = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a batch brought: the last box looked at, the boxes (ids) with an order, their charges, those held back.

    `found` boxes were this worker's; `decided` are declines of another one that were written down.
    """

    last: int
    cycles: list[int] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    held: int = 0
    found: int = 0
    decided: int = 0


def due_cycles(on: date, at: datetime) -> QuerySet[Cycle]:
    """Boxes that want money on a day, found by what they are and never by when someone last looked.

    One box of a subscription at a time: an earlier one that is not decided blocks a later one, a later one that is due
    takes the place of an earlier failed one. Boxes being charged at this instant are somebody's already.
    """
    mine = Cycle.objects.filter(subscription=OuterRef("subscription"))
    due = Q(state=CycleState.SCHEDULED, bill_on__lte=on)
    earlier = mine.filter(Q(state=CycleState.DUE) | due, number__lt=OuterRef("number"))
    later = mine.filter(due, number__gt=OuterRef("number"))
    paying = Q(subscription__state__in=PAYING, subscription__parked_why="")
    wanted = Q(paying, due) | Q(paying, ~Exists(later), state=CycleState.FAILED, next_try_on__lte=on)
    asking = Charge.objects.filter(order=OuterRef("order"), state__in=OPEN_CHARGES, look_up_at__gt=at)
    left = Q(~Exists(asking), state=CycleState.DUE)
    return Cycle.objects.filter(wanted | left).exclude(Exists(earlier))


@transaction.atomic
def claim(
    on: date, *, after: int, batch: int, by: Actor, at: datetime, subscription_id: int | None = None
) -> Claim | None:
    """Lock the next batch of due boxes, place their orders, reserve their charges, let go. None when none is left."""
    rows = due_cycles(on, at).filter(pk__gt=after)
    if subscription_id is not None:
        rows = rows.filter(subscription_id=subscription_id)
    rows = rows.select_related("subscription__address").order_by("pk")
    cycles = list(rows.select_for_update(skip_locked=True, of=("self", "subscription"))[:batch])
    if not cycles:
        return None
    mine = _not_being_asked(cycles, at)
    prefetch_related_objects(mine, "subscription__plan__bundle", "order")
    going = _without_left(_not_being_written(mine), by, at)
    decided = _decided([cycle for cycle in going if cycle.order_id], on, by, at)
    going = [cycle for cycle in going if cycle.pk not in decided]
    retried = [cycle for cycle in going if cycle.order_id]
    move_many(Cycle, retried, CycleState.DUE, by=by, at=at)
    ready = [*retried, *_place(_bills([cycle for cycle in going if not cycle.order_id], on, by, at), by, at)]
    methods = {cycle.order_id: cycle.subscription.method_id for cycle in ready if cycle.order_id}
    charges = reserve_charges([cycle.order for cycle in ready if cycle.order], at=at, methods=methods)
    ids = [*decided, *(cycle.pk for cycle in ready)]
    return Claim(cycles[-1].pk, ids, charges, len(going) - len(ready), len(mine), len(decided))


def _not_being_asked(cycles: Sequence[Cycle], at: datetime) -> list[Cycle]:
    """Boxes that nobody took while we waited for their rows: a lock shows the box of now, and the charges of before."""
    orders = [cycle.order_id for cycle in cycles if cycle.state == CycleState.DUE]
    asking = Charge.objects.filter(order__in=orders, state__in=OPEN_CHARGES, look_up_at__gt=at)
    taken = set(asking.values_list("order_id", flat=True)) if orders else set()
    return [cycle for cycle in cycles if cycle.order_id not in taken]


def _not_being_written(cycles: Sequence[Cycle]) -> list[Cycle]:
    """Boxes whose order is ours. Who writes an answer down holds the order and wants the box: we never wait for it."""
    wanted = [one.order_id for one in cycles if one.order_id]
    rows = Order.objects.select_for_update(skip_locked=True).filter(pk__in=wanted)
    free = set(rows.values_list("pk", flat=True)) if wanted else set()
    return [one for one in cycles if not one.order_id or one.order_id in free]


def _without_left(cycles: Sequence[Cycle], by: Actor, at: datetime) -> list[Cycle]:
    """Boxes still wanted. Those whose subscription was left before anyone was asked for money are cancelled."""
    left = [one for one in cycles if one.subscription.state not in PAYING]
    if not left:
        return list(cycles)
    orders = [one.order for one in left if one.order]
    withdraw_charges(orders, by=by, at=at)
    asked = set(Charge.objects.filter(order__in=orders, state__in=OPEN_CHARGES).values_list("order_id", flat=True))
    gone = {one.pk: one for one in left if one.order_id not in asked}
    move_many(Cycle, gone.values(), CycleState.CANCELLED, by=by, at=at)
    cancel_orders([one.order for one in gone.values() if one.order], by=by, at=at)
    return [one for one in cycles if one.pk not in gone]


def _decided(cycles: Sequence[Cycle], on: date, by: Actor, at: datetime) -> set[int]:
    """Declines that a killed run, or the janitor, left to be written down: these boxes are not asked again now."""
    return (
        {cycle.pk for cycle in record_declines([cycle.pk for cycle in cycles], on, by=by, at=at)} if cycles else set()
    )


def _bills(cycles: Sequence[Cycle], on: date, by: Actor, at: datetime) -> list[Bill]:
    """What may be charged now. The rest is parked: nothing above what was agreed, nothing twice on one day."""
    bills = bills_of(cycles, on, by=by, at=at)
    today = _billed_on(kst_date(at), [bill.cycle.subscription_id for bill in bills])
    twice = [bill for bill in bills if bill.cycle.subscription_id in today]
    once = [bill for bill in bills if bill.cycle.subscription_id not in today]
    dear = [bill for bill in once if not bill.is_stuck and not bill.is_agreed]
    _park(twice, Parked.TWICE)
    _park([bill for bill in once if bill.is_stuck], Parked.PREPAID)
    _park(dear, Parked.PRICE)
    if dear:
        note("price_rose", Cycle.objects.filter(pk__in=[bill.cycle.pk for bill in dear]), at=at)
    return [bill for bill in once if bill.is_agreed and not bill.is_stuck]


def _billed_on(day: date, subscription_ids: Sequence[int]) -> set[int]:
    """Subscriptions for which an order that stands was placed on a day: the plan bills one box at a time."""
    orders = Order.objects.filter(placed_at__gte=kst_midnight(day), placed_at__lt=kst_midnight(day + DAY))
    mine = Cycle.objects.filter(
        Exists(orders.filter(pk=OuterRef("order")).exclude(state=OrderState.CANCELLED)),
        subscription__in=subscription_ids,
    )
    return set(mine.order_by().values_list("subscription_id", flat=True))


def _park(bills: Sequence[Bill], why: str) -> None:
    """Charge nothing until a person has agreed (전자상거래법 §13⑥) or has looked at it."""
    if bills:
        Subscription.objects.filter(pk__in=[bill.cycle.subscription_id for bill in bills]).update(parked_why=why)


def _place(bills: Sequence[Bill], by: Actor, at: datetime) -> list[Cycle]:
    """Place the orders of boxes and tie them together. What is short of stock waits as it is for the next run."""
    orders = {order.source: order for order in place_orders(drafts_of(bills), by=by, at=at)}
    placed = {bill.cycle.pk: (bill, order) for bill in bills if (order := orders.get(f"cycle:{bill.cycle.pk}"))}
    moved = move_many(
        Cycle, [bill.cycle for bill, _ in placed.values()], CycleState.DUE, by=by, at=at,
        each={
            "order_id": {pk: order.pk for pk, (_, order) in placed.items()},
            "edition_id": {pk: bill.edition.pk for pk, (bill, _) in placed.items()},
            "amount": {pk: order.total for pk, (_, order) in placed.items()},
        },
    )  # fmt: skip
    for cycle in moved:
        cycle.order = placed[cycle.pk][1]
    pay_ahead([placed[cycle.pk] for cycle in moved], by=by, at=at)
    return moved
