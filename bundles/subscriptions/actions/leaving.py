"""Leaving takes no more steps than joining, and can be taken back until the next billing day."""

from datetime import datetime

from django.db import transaction

from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.actions.cycles import ensure_cycles
from bundles.subscriptions.errors import CannotChange, TooLateToChange
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from core.actor import Actor
from core.clock import kst_date
from core.state import move_many

STILL_OPEN = (CycleState.SCHEDULED, CycleState.SKIPPED, CycleState.FAILED)


@transaction.atomic
def cancel_subscription(subscription: Subscription, *, by: Actor, at: datetime, why: str = "") -> Subscription:
    """End it now: no further box, no further charge, no further try. Boxes already ordered are sent as promised.

    A box that is being charged at this moment is decided by the provider's answer: sent when paid, else cancelled.
    """
    subscription = locked(subscription)
    if subscription.state == SubscriptionState.CANCELLED:
        return subscription
    if subscription.state == SubscriptionState.ENDED:
        raise CannotChange(state=subscription.get_state_display())
    subscription.move(
        SubscriptionState.CANCELLED, by=by, at=at, why=why, cancelled_at=at, cancel_reason=why[:200], paused_until=None
    )
    move_many(Cycle, list(subscription.cycles.filter(state__in=STILL_OPEN)), CycleState.CANCELLED, by=by, at=at)
    return subscription


@transaction.atomic
def take_back_cancellation(subscription: Subscription, *, by: Actor, at: datetime) -> Subscription:
    """Go on as if it had not been cancelled, until the end of the day before the next billing day."""
    subscription = locked(subscription)
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    if subscription.state != SubscriptionState.CANCELLED or not subscription.cancelled_at:
        raise CannotChange(state=subscription.get_state_display())
    today = kst_date(at)
    since = kst_date(subscription.cancelled_at)
    ahead = subscription.cycles.filter(state=CycleState.CANCELLED, order=None, bill_on__gt=since).order_by("number")
    cycles = list(ahead)
    if not cycles or cycles[0].bill_on <= today:
        raise TooLateToChange(bill_on=f"{cycles[0].bill_on:%Y-%m-%d}" if cycles else f"{since:%Y-%m-%d}")
    subscription.move(SubscriptionState.ACTIVE, by=by, at=at, cancelled_at=None, cancel_reason="")
    move_many(Cycle, cycles, CycleState.SCHEDULED, by=by, at=at, skipped_for="")
    ensure_cycles([subscription.pk], today)
    return subscription
