"""Taking back the newest change: what it replaced is put back, value by value."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.actions.cycles import ensure_cycles
from bundles.subscriptions.actions.recording import Values, recorded, values_of
from bundles.subscriptions.errors import CannotUndo
from bundles.subscriptions.models import (
    AgreedBy,
    Agreement,
    Change,
    ChangeKind,
    Cycle,
    CycleState,
    Subscription,
    SubscriptionState,
)
from core.actor import Actor
from core.clock import kst_date
from core.state import move_many

LASTING = (ChangeKind.UNDO, ChangeKind.GIFT_ADDRESS, ChangeKind.PRICE, ChangeKind.RENEWED, ChangeKind.DAYS)
"""What is not taken back: consents and what the house did by itself."""


@transaction.atomic
def undo_change(change: Change, *, by: Actor, at: datetime, why: str = "") -> Change:
    """Put everything back as it was before the newest change. Undone before: nothing happens."""
    subscription = locked(change.subscription)
    change = Change.objects.select_related("undone_by").get(pk=change.pk)
    if hasattr(change, "undone_by"):
        return change
    if undoable(subscription, at) != change or not _stands(change, values_of(subscription)):
        raise CannotUndo
    with recorded(subscription, ChangeKind.UNDO, by=by, at=at, cycle=change.cycle, undoes=change, why=why):
        _restore_subscription(subscription, change, by, at)
        _restore_boxes(subscription, change, by, at)
        _restore_agreement(subscription, change, at)
        ensure_cycles([subscription.pk], kst_date(at))
    return change


def undoable(subscription: Subscription, at: datetime) -> Change | None:
    """The change that may be taken back now: the newest one that still stands, before its cut-off."""
    standing = subscription.changes.filter(undone_by=None).exclude(kind=ChangeKind.UNDO)
    newest: Change | None = standing.order_by("-pk").first()
    if newest is None or newest.kind in LASTING or newest.undo_until is None or at >= newest.undo_until:
        return None
    return newest


def _stands(change: Change, now: Mapping[str, Values]) -> bool:
    """Whether everything is still as the change left it; a box that was billed meanwhile is not."""
    return all(
        name in now and all(now[name].get(field) == value for field, value in (values or {}).items())
        for name, values in change.after.items()
        if values is not None
    )


def _restore_subscription(subscription: Subscription, change: Change, by: Actor, at: datetime) -> None:
    values: dict[str, Any] = dict(change.before.get("subscription") or {})
    state = values.pop("state", None)
    for name, value in values.items():
        setattr(subscription, name, _parsed(Subscription, name, value))
    subscription.save(update_fields=list(values))
    if state == SubscriptionState.PAST_DUE:  # the unpaid box was given up when it was left
        state = SubscriptionState.ACTIVE
    if state:
        subscription.move(state, by=by, at=at, why="undo")


def _restore_boxes(subscription: Subscription, change: Change, by: Actor, at: datetime) -> None:
    numbers = {int(name): values for name, values in change.before.items() if name.isdigit()}
    kept = {number for number, values in numbers.items() if values is not None}
    born = [number for number in numbers if number not in kept]
    if born:
        subscription.cycles.filter(number__gte=min(born), order=None).delete()
    boxes = {box.number: box for box in subscription.cycles.filter(number__in=kept)}
    missing = [
        Cycle(subscription=subscription, number=number, **_plain(numbers[number]))
        for number in sorted(kept - boxes.keys())
    ]
    Cycle.objects.bulk_create(missing)
    moves: dict[str, list[Cycle]] = defaultdict(list)
    for number, box in boxes.items():
        values = _plain(numbers[number])
        state = values.pop("state", None)
        Cycle.objects.filter(pk=box.pk).update(**values) if values else None
        if state:
            moves[state].append(box)
    for state, rows in moves.items():
        move_many(Cycle, rows, CycleState(state), by=by, at=at, why="undo")


def _restore_agreement(subscription: Subscription, change: Change, at: datetime) -> None:
    """What was agreed before is agreed again: rows are added, never changed."""
    values = change.before.get("agreement")
    if not values:
        return
    newest = Agreement.objects.filter(subscription=subscription).order_by("-from_on", "-pk").first()
    if newest is not None:
        known = {"amount": newest.amount, "discount_bp": newest.discount_bp, **values}
        Agreement.objects.create(
            subscription=subscription, from_on=newest.from_on, agreed_at=at, agreed_by=AgreedBy.CHANGE, **known
        )  # fmt: skip


def _plain(values: Any) -> dict[str, Any]:
    """Stored values as the model's fields take them."""
    return {name: _parsed(Cycle, name, value) for name, value in (values or {}).items()}


def _parsed(model: type[models.Model], name: str, value: Any) -> Any:
    field: Any = model._meta.get_field(name)  # noqa: SLF001  public in all but name
    return field.to_python(value)
