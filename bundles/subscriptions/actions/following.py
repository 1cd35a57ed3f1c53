"""What happens to boxes when their orders and cards move."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from bundles.subscriptions.actions.cycles import LIVE, ensure_cycles
from bundles.subscriptions.models import Cycle, CycleState, Parked, Subscription, SubscriptionState
from core.actor import Actor
from core.clock import kst_date
from core.state import move_many
from core.wake import wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malls.orders.models import Order
    from malls.payments.models import Charge, PaymentMethod

WAITING_FOR_MONEY = (SubscriptionState.PENDING, SubscriptionState.PAST_DUE)


@transaction.atomic
def orders_paid(orders: "Sequence[Order]", *, by: Actor, at: datetime) -> list[Cycle]:
    """Boxes whose orders were paid are ordered; what waited for the money is active; the next boxes are scheduled."""
    cycles = list(Cycle.objects.filter(order__in=orders).order_by("pk"))
    moved = move_many(Cycle, cycles, CycleState.ORDERED, by=by, at=at, next_try_on=None)
    mine = {cycle.subscription_id for cycle in moved}
    waiting = Subscription.objects.filter(pk__in=mine, state__in=WAITING_FOR_MONEY).order_by("pk")
    move_many(Subscription, list(waiting), SubscriptionState.ACTIVE, by=by, at=at)
    if mine:
        ensure_cycles(mine, kst_date(at))
    return moved


def charges_stopped(charges: "Sequence[Charge]", at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Subscriptions whose charge no machine may go on with wait for a person."""
    orders = [charge.order_id for charge in charges]
    mine = Subscription.objects.filter(cycles__order__in=orders, parked_why="").values("pk")
    return Subscription.objects.filter(pk__in=mine).update(parked_why=Parked.MISMATCH)


def orders_delivered(orders: "Sequence[Order]", *, by: Actor, at: datetime) -> list[Cycle]:
    """Boxes that arrived are fulfilled."""
    cycles = Cycle.objects.filter(order__in=orders, state=CycleState.ORDERED).order_by("pk")
    return move_many(Cycle, list(cycles), CycleState.FULFILLED, by=by, at=at)


def cards_in_use(methods: "Sequence[PaymentMethod]") -> set[int]:
    """Which of these cards (ids) pay a living subscription."""
    return set(Subscription.objects.filter(method__in=methods, state__in=LIVE).values_list("method_id", flat=True))


def card_replaced(old: "PaymentMethod", new: "PaymentMethod", by: Actor, at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Whatever was paid with the old card is paid with the new one; unpaid boxes are tried again at once."""
    changed = Subscription.objects.filter(method=old).update(method=new)
    failed = Cycle.objects.filter(subscription__method=new, state=CycleState.FAILED)
    if failed.update(next_try_on=kst_date(at)):
        wake("billing.run")
    return changed
