"""The planner's counts are renewed when a table has grown, and left alone when it has not."""

from django.db import connection

from core.clock import now
from core.state import Transition
from core.statistics import renew_statistics

GROWN = 1_500


def _counts() -> tuple[int, int]:
    """How many rows the planner believes in, and how often someone counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT reltuples::bigint, analyze_count FROM pg_class AS known JOIN pg_stat_user_tables ON relid = known.oid "
            "WHERE known.relname = %s AND schemaname = current_schema()",
            [Transition._meta.db_table],
        )
        return cursor.fetchone()


def test_a_grown_table_is_counted_once(scratch):
    Transition.objects.bulk_create(
        Transition(thing="test", thing_id=n, before="", after="x", at=now()) for n in range(GROWN)
    )
    _counts()
    renew_statistics(Transition)
    assert _counts() == (Transition.objects.count(), 1)
    renew_statistics(Transition)
    assert _counts() == (Transition.objects.count(), 1)
