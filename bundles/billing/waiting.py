"""Boxes whose payment waits for its card holder."""

from bundles.subscriptions.models import Cycle, CycleState
from malls.payments.models import OPEN_CHARGES, Charge

HOLDER = "authentication_required"


def needs_holder(cycle: Cycle) -> bool:
    """Whether the last payment of a box failed because the bank wants its holder's word."""
    return cycle.state == CycleState.FAILED and cycle.last_decline == HOLDER


def open_charge(cycle: Cycle) -> Charge | None:
    """The charge of a box that has no end yet."""
    rows = Charge.objects.filter(order=cycle.order_id, state__in=OPEN_CHARGES).select_related("order", "method")
    return rows.first() if cycle.order_id else None
