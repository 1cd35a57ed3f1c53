"""Every change leaves a row that says what it meant and what it replaced, so that it can be shown and undone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from bundles.subscriptions import effects
from bundles.subscriptions.models import Agreement, Change, ChangeKind, Cycle, CycleState, Subscription
from core.actor import Actor

AGREED = ("amount", "discount_bp")
SUBSCRIBED = (
    "state", "plan_id", "quantity", "address_id", "method_id", "wish_id", "counted_from", "counted_number", "ends_on",
    "renews", "paused_until", "cancelled_at", "cancel_reason",
)  # fmt: skip
BOXED = (
    "state", "skipped_for", "starts_on", "ends_on", "bill_on", "ship_on", "deliver_on", "cutoff_at", "address_id",
    "wish_id",
)  # fmt: skip
UNBILLED = (CycleState.SCHEDULED, CycleState.SKIPPED, CycleState.CANCELLED)
Values = dict[str, Any]


class Record:
    """What stands before a change; `change` is its row once it was made, None while nothing differed.

    A change that gave money back `is_final`: it cannot be undone.
    """

    def __init__(self) -> None:
        self.change: Change | None = None
        self.is_final = False


@contextmanager
def recorded(
    subscription: Subscription,
    kind: ChangeKind,
    *,
    by: Actor,
    at: datetime,
    cycle: Cycle | None = None,
    undoes: Change | None = None,
    why: str = "",
) -> Iterator[Record]:
    """Note what differs after the block. The subscription must be locked; nothing is written when nothing differs."""
    record = Record()
    before, standing = values_of(subscription), effects.standing_of(subscription, at)
    yield record
    after = values_of(subscription)
    was, now = _differing(before, after), _differing(after, before)
    if not was and not now:
        return
    told = effects.told(kind, standing, effects.standing_of(subscription, at))
    record.change = Change.objects.create(
        subscription=subscription, kind=kind, cycle=cycle, undoes=undoes, told=told, before=was, after=now, made_at=at,
        undo_until=None if undoes or record.is_final else _undo_until(was, now, standing, at),
        by_kind=by.kind, by_name=by.name, by_user_id=by.user_id, why=why[:200],
    )  # fmt: skip


def values_of(subscription: Subscription) -> dict[str, Values]:
    """Everything that a change may touch, by name: the subscription, its newest agreement, its unbilled boxes."""
    fresh = Subscription.objects.get(pk=subscription.pk)
    agreed = newest_agreement(subscription)
    boxes = Cycle.objects.filter(subscription=subscription, state__in=UNBILLED, order=None).order_by("number")
    return {
        "subscription": _values(fresh, SUBSCRIBED),
        "agreement": _values(agreed, AGREED) if agreed else {},
        **{str(box.number): _values(box, BOXED) for box in boxes},
    }


def newest_agreement(subscription: Subscription) -> Agreement | None:
    """The agreement to which the next box will be billed."""
    return Agreement.objects.filter(subscription=subscription).order_by("-from_on", "-pk").first()


def _values(row: Model, names: tuple[str, ...]) -> Values:
    """Fields as JSON keeps them, so that what was stored can be compared with what is."""
    encoder = DjangoJSONEncoder()
    plain = (str, int, bool, type(None))
    found = {name: getattr(row, name) for name in names}
    return {name: one if isinstance(one, plain) else encoder.default(one) for name, one in found.items()}


def _differing(mine: Mapping[str, Values], other: Mapping[str, Values]) -> dict[str, Values | None]:
    """The values of `mine` that are not those of `other`; a part that only the other has is None."""
    changed: dict[str, Values | None] = {name: None for name in other if name not in mine}
    for name, values in mine.items():
        known = other.get(name, {})
        different = {field: one for field, one in values.items() if field not in known or known[field] != one}
        if different:
            changed[name] = different
    return changed


def _undo_until(
    was: Mapping[str, Values | None], now: Mapping[str, Values | None], standing: effects.Standing, at: datetime
) -> datetime | None:
    """The earliest cut-off among the boxes that the change touches, before or after; of the next box when none is."""
    numbers = {int(name) for name in (*was, *now) if name.isdigit()}
    ends = [box.cutoff_at for box in standing.boxes if not numbers or box.number in numbers]
    for values in (was, now):
        ends += [
            datetime.fromisoformat(one["cutoff_at"]) for one in values.values() if one and "cutoff_at" in one
        ]  # fmt: skip
    until = min(ends, default=None)
    return until if until and until > at else None
