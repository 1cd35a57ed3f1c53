"""Keeping that something is to be told: one statement, however many rows."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.wake import wake
from malls.notices.kinds import Kind, every_kind, kind_of
from malls.notices.queries import told_about

NOTE = """
    INSERT INTO notices_notice AS known (kind, subject, resident_id, facts, noted_at, outcome, attempts, next_try_at,
        problem)
    SELECT %s, found.subject, found.resident, '{{}}', %s, 'waiting', 0, %s, ''
    FROM ({found}) AS found (subject, resident)
    ON CONFLICT (kind, subject) DO UPDATE SET outcome = 'waiting', noted_at = excluded.noted_at,
        next_try_at = excluded.next_try_at, attempts = 0, problem = '' WHERE known.outcome = 'dropped'
"""


def note(name: str, subjects: QuerySet[Any], *, at: datetime) -> int:
    """Keep that a kind of fact is to be told of these rows, in the transaction that makes it true; the number new.

    A fact noted before is not told twice. One that was dropped because it was not true any more, and is true again,
    waits again.
    """
    new = _insert(kind_of(name), subjects, at)
    if new:
        wake("notices.send")
    return new


def find_notices(*, at: datetime) -> int:
    """Note what is true, is looked for by query and was not noted; the number new. Safe to call again."""
    due = [(kind, kind.finds(at)) for kind in every_kind() if kind.finds]
    return sum(note(kind.name, _unnoted(kind, rows), at=at) for kind, rows in due)


def _unnoted(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(~told_about(kind.name), **{f"{kind.resident}__left_at": None})


def _insert(kind: Kind | None, subjects: QuerySet[Any], at: datetime) -> int:
    if kind is None:
        raise LookupError
    try:
        sql, params = subjects.order_by("pk").values_list("pk", kind.resident).query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(NOTE.format(found=sql), [kind.name, at, at, *params])
        return int(cursor.rowcount)
