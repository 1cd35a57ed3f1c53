"""What a change would mean: it is made, looked at, and taken back before anyone else could see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bundles.subscriptions import effects
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.effects import Standing
from bundles.subscriptions.models import Change, Subscription


@dataclass(frozen=True, slots=True)
class Preview:
    """What would differ, told for people, and until when it could be undone. Nothing told: nothing would differ."""

    told: tuple[str, ...]
    undo_until: datetime | None
    before: Standing
    after: Standing


def preview(subscription: Subscription, change: Callable[[], object], *, at: datetime) -> Preview:
    """The effect of a change that is not made. Its refusals are raised as they would be."""
    with transaction.atomic():
        locked(subscription)
        before, last = effects.standing_of(subscription, at), _newest(subscription)
        change()
        made = _newest(subscription)
        made = made if made != last else None
        after = effects.standing_of(subscription, at)
        transaction.set_rollback(True)
    if made is None:
        return Preview((), None, before, after)
    return Preview(tuple(made.told), made.undo_until, before, after)


def _newest(subscription: Subscription) -> Change | None:
    return Change.objects.filter(subscription=subscription).order_by("-pk").first()
