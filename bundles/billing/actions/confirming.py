"""A box whose payment its card holder must agree to in person: asked once more, with the holder present.

While a charge of the box is open there is never a second one: what comes back is the open one.
"""

from datetime import datetime

from django.db import transaction

from bundles.billing.actions.claiming import claim
from bundles.billing.actions.settling import record_declines
from bundles.billing.errors import NothingToConfirm
from bundles.billing.waiting import open_charge
from bundles.subscriptions.models import Cycle
from core.actor import Actor
from core.clock import kst_date
from malls.payments.actions import confirm_charge, settle_charges
from malls.payments.gateways import Gateway, Unknown
from malls.payments.models import Charge


def confirm_payment(cycle: Cycle, *, back: str, gateway: Gateway, by: Actor, at: datetime) -> str:
    """Charge a box with its holder present; the provider's page on which they agree, or "" when it is decided.

    Refuses when nothing of the box waits for its holder.
    """
    charge = _take(cycle, by=by, at=at)
    outcome = confirm_charge(charge, back=back, gateway=gateway, by=by, at=at)
    record_declines([cycle.pk], kst_date(at), by=by, at=at)
    return outcome.page if isinstance(outcome, Unknown) else ""


@transaction.atomic
def _take(cycle: Cycle, *, by: Actor, at: datetime) -> Charge:
    """The open charge of a box, or a new one in its place: one of several that come at once makes it."""
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    charge = open_charge(locked)
    if charge is None and locked.needs_holder:
        Cycle.objects.filter(pk=cycle.pk).update(next_try_on=kst_date(at))
        claim(kst_date(at), after=0, batch=1, by=by, at=at, subscription_id=locked.subscription_id)
        charge = open_charge(locked)
    if charge is None:
        raise NothingToConfirm
    return charge


def settle_payment(cycle: Cycle, *, gateway: Gateway, by: Actor, at: datetime) -> Cycle:
    """The holder is back: ask the provider how the open charge ended, and write it down."""
    charge = open_charge(cycle)
    if charge:
        settle_charges([charge], gateway=gateway, at=at, by=by)
        record_declines([cycle.pk], kst_date(at), by=by, at=at)
    cycle.refresh_from_db()
    return cycle
