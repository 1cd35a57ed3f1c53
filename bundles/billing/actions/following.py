"""What billing does when orders move."""

from collections.abc import Sequence
from datetime import datetime

from bundles.subscriptions.models import Cycle
from core.actor import Actor
from malls.notices.actions import note
from malls.orders.models import Order


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> None:  # noqa: ARG001  a hook's shape
    """Tell residents what was paid for."""
    note("charged", Cycle.objects.filter(order__in=orders), at=at)
