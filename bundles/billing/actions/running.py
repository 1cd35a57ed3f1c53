"""The run: claim, charge, settle, batch by batch. It may be killed anywhere and run again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from django.db.models import F
from psycopg.errors import LockNotAvailable

from bundles.billing.actions.claiming import Claim, claim
from bundles.billing.actions.settling import give_up, record_declines, supersede
from bundles.billing.errors import BillingUnderWay, FirstPaymentDeclined
from bundles.billing.models import BillingRun
from bundles.subscriptions.actions import count_subscribers, end_terms, resume_due
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from malls.payments.actions import charge_orders
from malls.payments.actions.methods import reason_of
from malls.payments.gateways import Gateway
from malls.payments.models import Charge, ChargeState

BATCH = 500
LOCK = 7_230_011
WAIT = "10s"


def run_billing(on: date, *, at: datetime, gateway: Gateway, batch: int = BATCH, by: Actor = SYSTEM) -> BillingRun:
    """Bill every box that is due on a day, each at most once, each resident apart from the others.

    Refuses when another run is at work in this municipality. Memory does not grow with the number of boxes.
    """
    with _alone():
        run = BillingRun.objects.create(on=on, started_at=at)
        resume_due(at=at)
        give_up(on, by=by, at=at)
        supersede(on, by=by, at=at)
        last = 0
        while claimed := claim(on, after=last, batch=batch, by=by, at=at):
            last = claimed.last
            _charge(claimed, on, gateway, by, at)
            _count(run, claimed.cycles, found=claimed.found, held=claimed.held)
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


def _charge(claimed: Claim, on: date, gateway: Gateway, by: Actor, at: datetime) -> None:
    """Declines that a killed run left are written down first; then whoever still owes is asked once."""
    cycles, again = claimed.cycles, claimed.again
    known = {cycle.pk for cycle in record_declines(again, on, by=by, at=at)} if again else set()
    asking = [cycle for cycle in cycles if cycle.pk not in known]
    orders = [cycle.order for cycle in asking if cycle.order]
    methods = {cycle.order_id: cycle.subscription.method_id for cycle in asking if cycle.order_id}
    charge_orders(orders, gateway=gateway, at=at, by=by, methods=methods, batch=BATCH)
    record_declines([cycle.pk for cycle in asking], on, by=by, at=at)


def _count(run: BillingRun, cycles: Sequence[Cycle], *, found: int, held: int) -> None:
    """Add a batch to the record of the run."""
    states = list(Cycle.objects.filter(pk__in=[cycle.pk for cycle in cycles]).values_list("state", flat=True))
    paid = states.count(CycleState.ORDERED)
    unknown = states.count(CycleState.DUE)
    BillingRun.objects.filter(pk=run.pk).update(
        due=F("due") + found,
        paid=F("paid") + paid,
        unknown=F("unknown") + unknown,
        declined=F("declined") + len(states) - paid - unknown,
        held=F("held") + held,
    )


def _last_decline(cycle: Cycle) -> str:
    declined = Charge.objects.filter(order=cycle.order, state=ChargeState.DECLINED).order_by("-attempt")
    return declined.values_list("decline_code", flat=True).first() or ""


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time in a municipality; the lock falls with the session, so a killed run leaves none.

    A moment is waited for it: the database takes a while to notice that a killed run's session is gone.
    """
    key = [LOCK, connection.schema_name]  # type: ignore[attr-defined]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [WAIT])
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise BillingUnderWay from error
        raise
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
