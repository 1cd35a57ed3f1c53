"""State machines: an enum, a MOVES table, one door."""

# ruff: noqa: SLF001  Django's _meta and _default_manager are public in all but name
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models

from core.actor import Actor
from core.errors import StateChanged
from core.rows import as_json, rows_from

S = TypeVar("S", bound="Stateful")
NOTE = """
    INSERT INTO core_transition (thing, after, at, by_kind, by_name, by_user_id, why, thing_id, before)
    SELECT %s, %s, %s, %s, %s, %s::bigint, %s, moved.id, moved.before FROM {moved}
"""
MOVE = """
    WITH mine AS MATERIALIZED (
        SELECT known.* FROM {table} JOIN {known} ON {table}.id = known.id AND {table}.state = known.before
        ORDER BY {table}.id FOR UPDATE OF {table}
    ), moved AS (
        UPDATE {table} SET {values} FROM mine WHERE {table}.id = mine.id RETURNING mine.id, mine.before
    ), noted AS ({note}) SELECT id FROM moved
"""
KNOWN = {"id": "bigint", "before": "text"}


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


def move_many(
    model: type[S],
    rows: Iterable[S],
    to: str,
    *,
    by: Actor,
    at: datetime,
    why: str = "",
    each: Mapping[str, Mapping[int, Any]] | None = None,
    **stamps: Any,
) -> list[S]:
    """Move all rows that the table lets go to `to`, in one conditional statement; return those that really moved.

    Stamps are plain values set on every row, `each` holds those that differ (field → primary key → value). Rows are
    locked in the order of their keys. Each moved row leaves a Transition.
    """
    able = {row.pk: row for row in rows if row.may_move(to)}
    if not able:
        return []
    each = each or {}
    won = _claim(model, able, {"state": to, **stamps}, each, _note(model, to, by, at, why))
    moved = [row for pk, row in able.items() if pk in won]
    for row in moved:
        for name, value in {"state": to, **stamps, **{name: told[row.pk] for name, told in each.items()}}.items():
            setattr(row, name, value)
    return moved


def record_moves(
    model: type[models.Model], before: Mapping[int, str], after: str, *, by: Actor, at: datetime, why: str = ""
) -> None:
    """Write a Transition for each row (id → state before), in one statement. Rows just born come from no state."""
    if before:
        with connection.cursor() as cursor:
            statement = NOTE.format(moved=rows_from(KNOWN, "moved"))
            cursor.execute(statement, [*_note(model, after, by, at, why), as_json(KNOWN, before.items())])


def _note(model: type[models.Model], after: str, by: Actor, at: datetime, why: str) -> list[Any]:
    return [model._meta.label, after, at, by.kind, by.name, by.user_id, why]


def _claim(
    model: type[S],
    able: Mapping[int, S],
    values: dict[str, Any],
    each: Mapping[str, Mapping[int, Any]],
    note: list[Any],
) -> set[int]:
    """Update the rows still in the state that we know; the primary keys that were hit."""
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in [*values, *each]}
    columns = {**KNOWN, **{fields[name].column: fields[name].db_type(connection) or "" for name in each}}
    sets = [f'"{fields[name].column}" = %s' for name in values]
    sets += [f'"{fields[name].column}" = mine."{fields[name].column}"' for name in each]
    statement = MOVE.format(
        table=model._meta.db_table, known=rows_from(columns, "known"), values=", ".join(sets),
        note=NOTE.format(moved="moved"),
    )  # fmt: skip
    rows = [(pk, row.state, *(told[pk] for told in each.values())) for pk, row in able.items()]  # type: ignore[attr-defined]
    plain = [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_json(columns, rows), *plain, *note])
        return {pk for (pk,) in cursor.fetchall()}
