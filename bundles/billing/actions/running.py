"""The run: claim, charge, settle, batch by batch. It may be killed anywhere and run again, also by several at once."""

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import F

from bundles.billing.actions.claiming import Claim, claim
from bundles.billing.actions.settling import give_up, record_declines, supersede
from bundles.billing.errors import FirstPaymentDeclined
from bundles.billing.models import BillingRun
from bundles.subscriptions.actions import count_subscribers, end_terms, resume_due, settle_left
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.statistics import renew_statistics
from malls.orders.models import Order
from malls.payments.actions import settle_charges
from malls.payments.actions.methods import reason_of
from malls.payments.gateways import Gateway
from malls.payments.models import Charge, ChargeState

BATCH = 500


def run_billing(
    on: date,
    *,
    at: datetime,
    gateway: Gateway,
    batch: int = BATCH,
    by: Actor = SYSTEM,
    clock: Callable[[], datetime] | None = None,
) -> BillingRun:
    """Bill every box that is due on a day, each at most once, each resident apart from the others.

    Several runs may share a municipality: each takes boxes that no other one holds. `clock` tells the instant of each
    batch of a long run. Memory does not grow with the number of boxes.
    """
    run = begin_run(on, by=by, at=at)
    last = 0
    while claimed := bill_batch(run, after=last, gateway=gateway, at=clock() if clock else at, batch=batch, by=by):
        last = claimed.last
    return end_run(run, at=clock() if clock else at)


def begin_run(on: date, *, by: Actor = SYSTEM, at: datetime) -> BillingRun:
    """Put the calendar in order and begin the record of a run."""
    renew_statistics(Cycle, Subscription, Order, Charge)
    resume_due(at=at)
    settle_left(at=at, by=by)
    give_up(on, by=by, at=at)
    supersede(on, by=by, at=at)
    return BillingRun.objects.create(on=on, started_at=at)


def bill_batch(
    run: BillingRun, *, after: int, gateway: Gateway, at: datetime, batch: int = BATCH, by: Actor = SYSTEM
) -> Claim | None:
    """Bill the next boxes after a box (id); None when there is none left for this worker."""
    claimed = claim(run.on, after=after, batch=batch, by=by, at=at)
    if claimed:
        declined = _charge(claimed, run.on, gateway, by, at)
        _count(run, claimed, declined)
    return claimed


def end_run(run: BillingRun, *, at: datetime) -> BillingRun:
    """End what is over and close the record."""
    end_terms(at=at)
    count_subscribers()
    BillingRun.objects.filter(pk=run.pk).update(ended_at=at)
    run.refresh_from_db()
    return run


def bill_subscription(
    subscription: Subscription, *, at: datetime, gateway: Gateway, by: Actor = SYSTEM
) -> Subscription:
    """Bill one subscription's due box at once: its first box, or one that failed after the card was changed.

    Refuses with the reason when a first payment is declined; the subscription has then ended before it began.
    """
    on = kst_date(at)
    claimed = claim(on, after=0, batch=1, by=by, at=at, subscription_id=subscription.pk)
    if claimed:
        _charge(claimed, on, gateway, by, at)
    subscription.refresh_from_db()
    if claimed and claimed.cycles and subscription.state == SubscriptionState.CANCELLED:
        raise FirstPaymentDeclined(reason=reason_of(_last_decline(claimed.cycles[0])))
    return subscription


def _charge(claimed: Claim, on: date, gateway: Gateway, by: Actor, at: datetime) -> int:
    """Ask for the money; what was declined is written down, each resident apart from the others. How many were."""
    done = settle_charges(claimed.charges, gateway=gateway, at=at, by=by)
    declined = {charge.order_id for charge in [*claimed.charges, *done] if charge.state == ChargeState.DECLINED}
    if not declined:
        return 0
    boxes = Cycle.objects.filter(order__in=declined).values_list("pk", flat=True)
    return len(record_declines(list(boxes), on, by=by, at=at))


def _count(run: BillingRun, claimed: Claim, declined: int) -> None:
    """Add a batch to the record of the run; what two workers had in hands counts for the one that wrote it down."""
    states = list(Cycle.objects.filter(pk__in=claimed.cycles).order_by().values_list("state", flat=True))
    BillingRun.objects.filter(pk=run.pk).update(
        due=F("due") + claimed.found,
        paid=F("paid") + states.count(CycleState.ORDERED),
        unknown=F("unknown") + states.count(CycleState.DUE),
        declined=F("declined") + claimed.decided + declined,
        held=F("held") + claimed.held,
    )


def _last_decline(cycle_id: int) -> str:
    declined = Charge.objects.filter(order__cycle=cycle_id, state=ChargeState.DECLINED).order_by("-attempt")
    return declined.values_list("decline_code", flat=True).first() or ""
