"""Residents say what they want when something is short: for good, or for one box when they are asked."""

from datetime import datetime

from django.db import transaction

from bundles.boxes.errors import NoQuestion, NoSubstitute
from bundles.boxes.models import Remedy, Share, StockPolicy
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.models import CycleState, Subscription
from core.clock import kst_date


@transaction.atomic
def change_policy(subscription: Subscription, remedy: Remedy, *, at: datetime) -> StockPolicy:
    """What is done from now on when something in the boxes of this subscription is short."""
    subscription = locked(subscription)
    policy, _made = StockPolicy.objects.update_or_create(
        subscription=subscription, defaults={"remedy": remedy, "chosen_at": at}
    )
    return policy


@transaction.atomic
def answer_question(share: Share, remedy: Remedy, *, at: datetime) -> Share:
    """Answer what shall be done about one box, until the end of the day before it is billed. May be answered anew."""
    locked(share.cycle.subscription)
    share = Share.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=share.pk)
    if not is_asked(share) or kst_date(at) > share.answer_by or remedy == Remedy.ASK:  # type: ignore[operator]
        raise NoQuestion
    if remedy == Remedy.SUBSTITUTE and share.substitute_id is None:
        raise NoSubstitute
    share.remedy, share.answered_at = remedy, at
    share.save(update_fields=["remedy", "answered_at"])
    return share


def is_asked(share: Share) -> bool:
    """Whether the resident may decide about this box."""
    return not share.is_served and share.answer_by is not None and share.cycle.state == CycleState.SCHEDULED
