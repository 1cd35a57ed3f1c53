"""Laws that must always hold on stored data. Each app lists its own as `LAWS` in laws.py; `goeul verify` runs them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Law:
    """A rule as one SQL query that returns a row per violation; the first column names the offender."""

    code: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True)
class Violation:
    """One offender against one law."""

    code: str
    sentence: str
    row: tuple[object, ...]


def violations(laws: Sequence[Law]) -> list[Violation]:
    """Every violation of `laws` in the current municipality; an empty list is the only good answer."""
    found: list[Violation] = []
    with connection.cursor() as cursor:
        for law in laws:
            cursor.execute(law.sql)
            found += [Violation(law.code, law.sentence, tuple(row)) for row in cursor.fetchall()]
    return found
