"""Leaving takes no more steps than joining, now or at the end, and can be taken back until the next cut-off."""

from datetime import datetime

from django.db import transaction

from bundles.subscriptions.actions.changing import GONE, locked, next_open
from bundles.subscriptions.actions.prepaid import end_prepaid
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.actions.undoing import undo_change
from bundles.subscriptions.effects import until_text
from bundles.subscriptions.errors import CannotChange, CutOffPassed
from bundles.subscriptions.models import Change, ChangeKind, Cycle, CycleState, Subscription, SubscriptionState
from core.actor import Actor
from core.state import move_many
from malls.orders.actions import cancel_orders

TO_COME = (CycleState.SCHEDULED, CycleState.SKIPPED)


@transaction.atomic
def cancel_subscription(subscription: Subscription, *, by: Actor, at: datetime, why: str = "") -> Subscription:
    """End it now: no further box, no further charge, no further try. Boxes already ordered are sent as promised.

    A box that is being charged at this moment is decided by the provider's answer: sent when paid, else cancelled.
    What is left of a term paid in advance goes back by the published rule; then leaving is final.
    """
    subscription = locked(subscription)
    if subscription.state == SubscriptionState.CANCELLED:
        return subscription
    if subscription.state == SubscriptionState.ENDED:
        raise CannotChange(state=subscription.get_state_display())
    _drop_failed(subscription, by, at)
    with recorded(subscription, ChangeKind.LEAVE, by=by, at=at, why=why) as record:
        subscription.move(
            SubscriptionState.CANCELLED, by=by, at=at, why=why,
            cancelled_at=at, cancel_reason=why[:200], paused_until=None,
        )  # fmt: skip
        to_come = subscription.cycles.filter(state__in=TO_COME)
        move_many(Cycle, list(to_come), CycleState.CANCELLED, by=by, at=at)
        record.is_final = end_prepaid(subscription, by=by, at=at)
    return subscription


@transaction.atomic
def leave_at_end(subscription: Subscription, *, by: Actor, at: datetime, why: str = "") -> Subscription:
    """Let it end by itself: with the running term, or without one after the next box."""
    subscription = locked(subscription)
    if subscription.state in GONE:
        raise CannotChange(state=subscription.get_state_display())
    if subscription.ends_on and not subscription.renews:
        return subscription
    with recorded(subscription, ChangeKind.LEAVE_AT_END, by=by, at=at, why=why):
        if subscription.ends_on is None:
            subscription.ends_on = next_open(subscription, at).ends_on
        subscription.renews = False
        subscription.cancel_reason = why[:200]
        subscription.save(update_fields=["ends_on", "renews", "cancel_reason"])
        beyond = subscription.cycles.filter(state__in=TO_COME, starts_on__gte=subscription.ends_on)
        move_many(Cycle, list(beyond), CycleState.CANCELLED, by=by, at=at)
    return subscription


@transaction.atomic
def take_back_cancellation(subscription: Subscription, *, by: Actor, at: datetime) -> Subscription:
    """Go on as if it had not been cancelled, boxes skipped before included, until the next cut-off."""
    subscription = locked(subscription)
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    left = cancellation_of(subscription)
    if left is None:
        raise CannotChange(state=subscription.get_state_display())
    if left.undo_until is None or at >= left.undo_until:
        raise CutOffPassed(until=until_text(left.undo_until or left.made_at))
    undo_change(left, by=by, at=at)
    return locked(subscription)


def cancellation_of(subscription: Subscription) -> Change | None:
    """The change by which a subscription was left and not come back to."""
    if subscription.state != SubscriptionState.CANCELLED:
        return None
    left = subscription.changes.filter(kind=ChangeKind.LEAVE, undone_by=None)
    found: Change | None = left.order_by("-pk").first()
    return found


def _drop_failed(subscription: Subscription, by: Actor, at: datetime) -> None:
    """A box whose payment failed is not tried again, and its order holds no stock any more."""
    failed = list(subscription.cycles.filter(state=CycleState.FAILED).select_related("order"))
    move_many(Cycle, failed, CycleState.CANCELLED, by=by, at=at, next_try_on=None)
    cancel_orders([box.order for box in failed if box.order], by=by, at=at, why="left")
