"""Letting a parked subscription go on, by a person who says why."""

from datetime import datetime

from django.db import transaction

from bundles.billing.errors import ConsentNeeded, NotParked, ReasonNeeded
from bundles.subscriptions.models import Parked, Subscription
from core.actor import Actor
from core.state import record_moves
from malls.payments.actions import take_up_again


@transaction.atomic
def unpark(subscription: Subscription, *, why: str, by: Actor, at: datetime) -> Subscription:
    """Bill the subscription again from the next day on. Not for a higher price: that takes the resident's consent."""
    locked = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if not locked.parked_why:
        raise NotParked
    if locked.parked_why == Parked.PRICE:
        raise ConsentNeeded
    if not why.strip():
        raise ReasonNeeded
    record_moves(Subscription, {locked.pk: "parked"}, locked.state, by=by, at=at, why=why.strip()[:300])
    if locked.parked_why == Parked.MISMATCH:
        take_up_again(list(locked.cycles.exclude(order=None).values_list("order_id", flat=True)), at=at)
    locked.parked_why = ""
    locked.save(update_fields=["parked_why"])
    return locked
