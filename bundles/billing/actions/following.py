"""What billing does when orders move."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from bundles.subscriptions.models import Cycle
from core.actor import Actor
from malls.notices.actions import note
from malls.orders.models import Order


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> None:  # noqa: ARG001  a hook's shape
    """Tell residents what was paid for; nothing was charged for boxes that an earlier charge had paid."""
    charged = Cycle.objects.filter(Q(order__prepaid_part=None) | ~Q(order__prepayment=None), order__in=orders)
    note("charged", charged, at=at)
