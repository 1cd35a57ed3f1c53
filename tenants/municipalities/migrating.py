"""Migrating only who is behind, and `public` only by the apps that have tables there.

All schemas are asked at once: a deployment that changes nothing is two questions.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tenants.migration_executors import get_executor
from django_tenants.utils import get_public_schema_name
from psycopg import sql

PUBLIC = get_public_schema_name()
FOR_ALL = ("app_label", "migration_name", "prune", "run_syncdb")
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
        if any(self.options.get(name) for name in FOR_ALL):
            super().run_migrations(schemas)  # type: ignore[misc]  # django-tenants' executor stands beside
        elif schemas == [PUBLIC]:
            self._migrate_shared()
        else:
            super().run_migrations(behind(schemas))  # type: ignore[misc]

    def _migrate_shared(self) -> None:
        labels = shared_labels(MigrationLoader(None)) if behind([PUBLIC]) else []
        for label in labels:
            self.options["app_label"] = label
            super().run_migrations([PUBLIC])  # type: ignore[misc]
        self.options["app_label"] = None


def shared_labels(loader: MigrationLoader) -> list[str]:
    """The apps with migrations that have their tables in `public`, in the settings' order."""
    labels = (config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS)
    return [label for label in labels if label in loader.migrated_apps]


def wanted(schemas: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Per schema the migrations that it has to have, by app and name."""
    loader = MigrationLoader(None)
    every, labels = sorted(loader.graph.nodes), shared_labels(loader)
    shared = [node for node in every if node[0] in labels]
    return {schema: shared if schema == PUBLIC else every for schema in schemas}


def behind(schemas: list[str]) -> list[str]:
    """Those of the schemas that lack a migration of the code, or have none at all, in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations'")
        known = wanted(sorted({name for (name,) in cursor.fetchall()} & set(schemas)))
        lacking = set(schemas) - known.keys()
        for group in ({PUBLIC} & known.keys(), known.keys() - {PUBLIC}):
            lacking |= _lacking(cursor, {name: known[name] for name in sorted(group)})
    return [name for name in schemas if name in lacking]


def _lacking(cursor: Any, group: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Who of schemas that want the same lacks something."""
    if not group:
        return set()
    each = (LACKS.format(name=sql.Literal(name), schema=sql.Identifier(name)) for name in group)
    names = [list(part) for part in zip(*next(iter(group.values())), strict=True)]
    cursor.execute(WANTED + sql.SQL("UNION ALL").join(each), names)
    return {name for (name,) in cursor.fetchall()}
