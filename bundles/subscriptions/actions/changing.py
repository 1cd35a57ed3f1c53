"""Skip, pause, resume, change card or address, agree to a price. Every change can be undone until the cut-off."""

from datetime import date, datetime, timedelta

from django.db import transaction

from bundles.subscriptions import rules
from bundles.subscriptions.actions.cycles import ensure_cycles
from bundles.subscriptions.errors import (
    BadPause,
    CannotChange,
    CannotSkip,
    CannotUnskip,
    NoAddress,
    NoMethod,
    NothingToAgree,
    TooLateToChange,
)
from bundles.subscriptions.models import Agreement, Cycle, CycleState, SkippedFor, Subscription, SubscriptionState
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.state import move_many
from core.wake import wake
from malls.customers.models import Address
from malls.payments.models import PaymentMethod

LONGEST_PAUSE = timedelta(days=183)


@transaction.atomic
def skip_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Leave one box out: nothing is sent and nothing is charged for it; the term does not move."""
    cycle = _changeable(cycle, at)
    if cycle.state == CycleState.SKIPPED:
        return cycle
    if cycle.state != CycleState.SCHEDULED:
        raise CannotSkip(state=cycle.get_state_display())
    cycle.move(CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.BOX)
    ensure_cycles([cycle.subscription_id], kst_date(at))
    return cycle


@transaction.atomic
def unskip_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Take a skip back until the end of the day before the billing day."""
    cycle = _changeable(cycle, at)
    if cycle.state == CycleState.SCHEDULED:
        return cycle
    if cycle.state != CycleState.SKIPPED:
        raise CannotUnskip(state=cycle.get_state_display())
    return cycle.move(CycleState.SCHEDULED, by=by, at=at, skipped_for="")


@transaction.atomic
def pause_subscription(subscription: Subscription, until: date, *, by: Actor, at: datetime) -> Subscription:
    """Leave out every box that would be billed before `until`; from that day on it goes on by itself."""
    today = kst_date(at)
    first, last = today + timedelta(days=1), today + LONGEST_PAUSE
    if not first <= until <= last:
        raise BadPause(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    subscription = locked(subscription)
    if subscription.state != SubscriptionState.ACTIVE:
        raise CannotChange(state=subscription.get_state_display())
    subscription.move(SubscriptionState.PAUSED, by=by, at=at, paused_until=until)
    inside = subscription.cycles.filter(state=CycleState.SCHEDULED, bill_on__gt=today, bill_on__lt=until)
    move_many(Cycle, list(inside), CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.PAUSE)
    ensure_cycles([subscription.pk], until - timedelta(days=1))
    return subscription


@transaction.atomic
def resume_subscription(subscription: Subscription, *, by: Actor, at: datetime) -> Subscription:
    """Go on from now: boxes whose billing day is still to come are sent again, those of the pause stay left out."""
    return _resume(locked(subscription), kst_date(at) + timedelta(days=1), by, at)


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


@transaction.atomic
def change_method(subscription: Subscription, method: PaymentMethod, *, at: datetime) -> Subscription:
    """Pay with another card from now on. A box whose payment failed is tried again at once."""
    subscription = locked(subscription)
    if method.resident_id != subscription.resident_id or method.removed_at:
        raise NoMethod
    subscription.method = method
    subscription.save(update_fields=["method"])
    if subscription.cycles.filter(state=CycleState.FAILED).update(next_try_on=kst_date(at)):
        wake("billing.run")
    return subscription


@transaction.atomic
def change_address(subscription: Subscription, address: Address) -> Subscription:
    """Send to another address from the next order on."""
    subscription = locked(subscription)
    if address.resident_id != subscription.resident_id:
        raise NoAddress
    subscription.address = address
    subscription.save(update_fields=["address"])
    return subscription


@transaction.atomic
def agree_to_price(subscription: Subscription, amount: int, *, at: datetime) -> Subscription:
    """Keep the resident's separate consent to a new price (전자상거래법 §13⑥) and let billing go on."""
    subscription = locked(subscription)
    if not subscription.parked_why:
        raise NothingToAgree
    Agreement.objects.create(
        subscription=subscription,
        amount=amount,
        discount_bp=subscription.plan.discount_bp,
        from_on=kst_date(at),
        agreed_at=at,
    )
    subscription.parked_why = ""
    subscription.save(update_fields=["parked_why"])
    wake("billing.run")
    return subscription


def locked(subscription: Subscription) -> Subscription:
    """The subscription as it is now, locked until the transaction ends."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("plan__bundle")
    return rows.get(pk=subscription.pk)


def _resume(subscription: Subscription, first_on: date, by: Actor, at: datetime) -> Subscription:
    """Active again; boxes billed from `first_on` on are back, earlier ones that were not billed stay left out."""
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    if subscription.state != SubscriptionState.PAUSED:
        raise CannotChange(state=subscription.get_state_display())
    late = subscription.cycles.filter(state=CycleState.SCHEDULED, bill_on__lt=first_on)
    back = subscription.cycles.filter(state=CycleState.SKIPPED, skipped_for=SkippedFor.PAUSE, bill_on__gte=first_on)
    move_many(Cycle, list(late), CycleState.SKIPPED, by=by, at=at, skipped_for=SkippedFor.PAUSE)
    move_many(Cycle, list(back), CycleState.SCHEDULED, by=by, at=at, skipped_for="")
    subscription.move(SubscriptionState.ACTIVE, by=by, at=at, paused_until=None)
    ensure_cycles([subscription.pk], kst_date(at))
    return subscription


def _changeable(cycle: Cycle, at: datetime) -> Cycle:
    """The box, its subscription locked, when changes are still possible."""
    subscription = locked(cycle.subscription)
    if subscription.state in (SubscriptionState.CANCELLED, SubscriptionState.ENDED):
        raise CannotChange(state=subscription.get_state_display())
    cycle = Cycle.objects.select_related("subscription").get(pk=cycle.pk)
    if not rules.may_change(cycle.bill_on, kst_date(at)):
        raise TooLateToChange(bill_on=f"{cycle.bill_on:%Y-%m-%d}")
    return cycle
