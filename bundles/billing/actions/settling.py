"""Step three of billing: what a decline means, and when a box is given up. Paid boxes follow their orders' hook."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from bundles.billing import rules
from bundles.billing.queries import setting
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from core.actor import Actor
from core.state import move_many
from malls.notices.actions import note
from malls.orders.actions import cancel_orders
from malls.orders.models import OrderState
from malls.payments.models import Charge, ChargeState, DeclineClass

LIVING = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)


@transaction.atomic
def record_declines(cycle_ids: Sequence[int], on: date, *, by: Actor, at: datetime) -> list[Cycle]:
    """Write down the declines of due boxes that were not written down yet; each resident apart from the others."""
    cycles = _locked(Cycle.objects.filter(pk__in=list(cycle_ids), state=CycleState.DUE))
    charges = _last_charges(cycles)
    declined = [
        (cycle, charge)
        for cycle in cycles
        if (charge := charges.get(cycle.order_id or 0)) and charge.state == ChargeState.DECLINED
        and charge.attempt > cycle.tries and cycle.order and cycle.order.state == OrderState.PLACED
    ]  # fmt: skip
    never_began = [cycle for cycle, _ in declined if cycle.subscription.state not in LIVING]
    _drop(never_began, by=by, at=at, why="declined")
    living = [(cycle, charge) for cycle, charge in declined if cycle.subscription.state in LIVING]
    _fail(living, on, by=by, at=at)
    return [cycle for cycle, _ in declined]


@transaction.atomic
def give_up(on: date, *, by: Actor, at: datetime) -> int:
    """Boxes still unpaid when the mall's days are over are cancelled; their subscriptions pause, not silently."""
    last = on - timedelta(days=setting().give_up_after)
    over = Cycle.objects.filter(state=CycleState.FAILED, first_failed_on__lte=last)
    cycles = _locked(over)
    _pause(cycles, by=by, at=at)
    return len(cycles)


@transaction.atomic
def supersede(on: date, *, by: Actor, at: datetime) -> int:
    """A failed box gives way to the next one when that is due: a mended card never pays for two boxes at once."""
    due = Cycle.objects.filter(
        subscription=OuterRef("subscription"),
        number__gt=OuterRef("number"),
        state=CycleState.SCHEDULED,
        bill_on__lte=on,
    )
    cycles = _locked(Cycle.objects.filter(Exists(due), state=CycleState.FAILED))
    _cancel(cycles, by=by, at=at, why="superseded")
    return len(cycles)


def _locked(rows: QuerySet[Cycle]) -> list[Cycle]:
    """Boxes with their subscriptions, locked in the order in which residents' own changes lock: subscription, box."""
    wanted = Subscription.objects.filter(pk__in=rows.order_by().values("subscription"))
    mine = wanted.select_for_update().order_by("pk").in_bulk()
    if not mine:
        return []
    cycles = list(
        rows.filter(subscription__in=list(mine)).select_for_update(of=("self",)).select_related("order").order_by("pk")
    )
    for cycle in cycles:
        cycle.subscription = mine[cycle.subscription_id]
    return cycles


def _last_charges(cycles: Sequence[Cycle]) -> dict[int, Charge]:
    """The newest charge of each order."""
    rows = Charge.objects.filter(order_id__in=[cycle.order_id for cycle in cycles if cycle.order_id])
    return {charge.order_id: charge for charge in rows.order_by("order_id", "-attempt").distinct("order_id")}


def _fail(pairs: Sequence[tuple[Cycle, Charge]], on: date, *, by: Actor, at: datetime) -> None:
    """Failed for now: soft ones are tried again on the schedule, others wait for the resident."""
    if not pairs:
        return
    days = setting().retry_days
    alike: dict[tuple[date, date | None, int, str], list[Cycle]] = defaultdict(list)
    for cycle, charge in pairs:
        first = cycle.first_failed_on or on
        again = rules.next_try(first, on, days) if charge.decline_class == DeclineClass.SOFT else None
        alike[first, again, charge.attempt, charge.decline_code].append(cycle)
    spent: list[Cycle] = []
    for (first, again, attempt, code), cycles in alike.items():
        move_many(
            Cycle, cycles, CycleState.FAILED, by=by, at=at, why=code,
            first_failed_on=first, next_try_on=again, tries=attempt, last_decline=code[:60],
        )  # fmt: skip
        if again is None and rules.is_spent(first, on, days):
            spent += cycles
    failed = [cycle for cycle, _ in pairs]
    active = [cycle.subscription for cycle in failed if cycle.subscription.state == SubscriptionState.ACTIVE]
    move_many(Subscription, active, SubscriptionState.PAST_DUE, by=by, at=at)
    note("failed", Cycle.objects.filter(pk__in=[cycle.pk for cycle in failed]), at=at)
    _pause(spent, by=by, at=at)


def _pause(cycles: Sequence[Cycle], *, by: Actor, at: datetime) -> None:
    """The end of trying."""
    if not cycles:
        return
    _cancel(cycles, by=by, at=at, why="unpaid")
    unpaid = [cycle.subscription for cycle in cycles]
    move_many(Subscription, unpaid, SubscriptionState.PAUSED, by=by, at=at, why="unpaid", paused_until=None)
    note("given_up", Cycle.objects.filter(pk__in=[cycle.pk for cycle in cycles]), at=at)


def _drop(cycles: Sequence[Cycle], *, by: Actor, at: datetime, why: str) -> None:
    """The subscription never began, or was left: nothing remains open."""
    if not cycles:
        return
    _cancel(cycles, by=by, at=at, why=why)
    pending = [cycle.subscription for cycle in cycles if cycle.subscription.state == SubscriptionState.PENDING]
    move_many(
        Subscription, pending, SubscriptionState.CANCELLED, by=by, at=at, why=why, cancelled_at=at, cancel_reason=why
    )
    rest = Cycle.objects.filter(subscription__in=pending, state=CycleState.SCHEDULED)
    move_many(Cycle, list(rest), CycleState.CANCELLED, by=by, at=at, why=why)


def _cancel(cycles: Sequence[Cycle], *, by: Actor, at: datetime, why: str) -> None:
    if not cycles:
        return
    move_many(Cycle, cycles, CycleState.CANCELLED, by=by, at=at, why=why, next_try_on=None)
    cancel_orders([cycle.order for cycle in cycles if cycle.order], by=by, at=at, why=why)
