"""Which schema lacks which migration, by comparing tables with files."""

from django.db import connection
from psycopg import sql

from tenants.municipalities.door import outside
from tenants.municipalities.migrating import wanted


def pending_by_schema() -> dict[str, list[str]]:
    """For `public` and every schema that holds migrations, the names not yet applied, oldest first."""
    with outside(), connection.cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations' ORDER BY schemaname")
        schemas = [str(row[0]) for row in cursor.fetchall()]
        return {schema: _lacking(cursor, schema, names) for schema, names in wanted(schemas).items()}


def _lacking(cursor: object, schema: str, names: list[tuple[str, str]]) -> list[str]:
    query = sql.SQL("SELECT app, name FROM {}.django_migrations").format(sql.Identifier(schema))
    cursor.execute(query)  # type: ignore[attr-defined]
    done = {(str(app), str(name)) for app, name in cursor.fetchall()}  # type: ignore[attr-defined]
    return [f"{app}.{name}" for app, name in sorted(names, key=lambda one: one[1]) if (app, name) not in done]
