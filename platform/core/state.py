"""State machines: an enum, a MOVES table, one door."""

# ruff: noqa: SLF001  Django's _meta and _default_manager are public in all but name
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models, transaction

from core.actor import Actor
from core.errors import StateChanged

S = TypeVar("S", bound="Stateful")
INSERT_TRANSITIONS = """
    INSERT INTO core_transition (thing, after, at, by_kind, by_name, by_user_id, why, thing_id, before)
    SELECT %s, %s, %s, %s, %s, %s::bigint, %s, moved.id, moved.before
    FROM unnest(%s::bigint[], %s::text[]) AS moved (id, before)
"""


class Transition(models.Model):
    """Who moved what, when, from where to where, and why. Never changed."""

    thing = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=20)
    by_name = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=["thing", "thing_id", "id"], name="transition_thing"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id}: {self.before} → {self.after}"


class Stateful(models.Model):
    """A row whose `state` changes only through `move`."""

    MOVES: ClassVar[Mapping[str, frozenset[str] | set[str]]] = {}

    class Meta:
        abstract = True

    def may_move(self, to: str) -> bool:
        """Whether the table allows the move from the present state."""
        return to in self.MOVES.get(self.state, ())  # type: ignore[attr-defined]

    def move(self, to: str, *, by: Actor, at: datetime, why: str = "", **stamps: Any) -> Self:
        """Move this row to `to` and stamp fields, if the table allows it and nobody was faster."""
        if not move_many(type(self), [self], to, by=by, at=at, why=why, **stamps):
            raise StateChanged(thing=self._meta.label, state=self.state, to=to)  # type: ignore[attr-defined]
        return self


@transaction.atomic
def move_many(
    model: type[S], rows: Iterable[S], to: str, *, by: Actor, at: datetime, why: str = "", **stamps: Any
) -> list[S]:
    """Move all rows that the table lets go to `to`, in one conditional UPDATE; return those that really moved.

    Stamps are plain values set on every row. Each moved row leaves a Transition.
    """
    able = {row.pk: row for row in rows if row.may_move(to)}
    before = {pk: row.state for pk, row in able.items()}  # type: ignore[attr-defined]
    moved: list[S] = []
    for state in sorted(set(before.values())):
        pks = sorted(pk for pk, known in before.items() if known == state)
        won = _claim(model, pks, state, {"state": to, **stamps})
        moved += [able[pk] for pk in pks if pk in won]
    for row in moved:
        for name, value in {"state": to, **stamps}.items():
            setattr(row, name, value)
    record_moves(model, {row.pk: before[row.pk] for row in moved}, to, by=by, at=at, why=why)
    return moved


def record_moves(
    model: type[models.Model], before: Mapping[int, str], after: str, *, by: Actor, at: datetime, why: str = ""
) -> None:
    """Write a Transition for each row (id → state before), in one statement. Rows just born come from no state."""
    if not before:
        return
    same: list[Any] = [model._meta.label, after, at, by.kind, by.name, by.user_id, why]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_TRANSITIONS, [*same, list(before), list(before.values())])


def _claim(model: type[models.Model], pks: list[int], state: str, values: dict[str, Any]) -> set[int]:
    """Update the rows still in `state`; the primary keys that were hit."""
    mine = model._default_manager.filter(pk__in=pks, state=state)
    locked = set(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    model._default_manager.filter(pk__in=locked).update(**values)
    return locked
