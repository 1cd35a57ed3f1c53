"""Migrating only who is behind. All schemas are asked at once: a deployment that changes nothing is two questions."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tenants.migration_executors import get_executor
from psycopg import sql

FOR_ALL = ("app_label", "migration_name", "plan", "prune", "run_syncdb")
WANTED = sql.SQL("WITH wanted AS (SELECT * FROM unnest(%s::text[], %s::text[]) AS wanted (app, name)) ")
LACKS = sql.SQL("""
    SELECT {name} WHERE EXISTS (
        SELECT FROM wanted WHERE NOT EXISTS (
            SELECT FROM {schema}.django_migrations AS done WHERE done.app = wanted.app AND done.name = wanted.name))
""")


def executor_for(codename: str | None) -> type[Any]:
    """django-tenants' executor of that name, for the schemas that are behind; the setting GET_EXECUTOR_FUNCTION."""
    return type("Executor", (OnlyBehind, get_executor(codename)), {})


class OnlyBehind:
    """Leaves out schemas that lack nothing, unless an option asks for something else than the newest state."""

    options: dict[str, Any]

    def run_migrations(self, tenants: Iterable[str] | None = None) -> None:
        """Migrate what is left."""
        schemas = list(tenants or [])
        if not any(self.options.get(name) for name in FOR_ALL):
            schemas = behind(schemas)
        super().run_migrations(schemas)  # type: ignore[misc]  # django-tenants' executor stands beside


def behind(schemas: list[str]) -> list[str]:
    """Those of the schemas that lack a migration of the code, or have none at all, in their order."""
    wanted = sorted(MigrationLoader(None).graph.nodes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations'")
        known = {name for (name,) in cursor.fetchall()} & set(schemas)
        lacking = set(schemas) - known
        if known:
            each = (LACKS.format(name=sql.Literal(name), schema=sql.Identifier(name)) for name in sorted(known))
            cursor.execute(WANTED + sql.SQL("UNION ALL").join(each), [list(part) for part in zip(*wanted, strict=True)])
            lacking |= {name for (name,) in cursor.fetchall()}
    return [name for name in schemas if name in lacking]
