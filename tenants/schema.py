"""The present schema in cache keys and log lines. Needs no model, so that settings may name it."""

import logging

from celery import current_task
from django.db import connection


def current_schema() -> str:
    """The schema of the municipality that is being served; `public` when none is."""
    return str(connection.schema_name)  # type: ignore[attr-defined]


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Cache keys carry the schema, so that equal ids of two municipalities never meet."""
    return f"{current_schema()}:{key_prefix}:{version}:{key}"


def logged_schema() -> str:
    """The schema that a line of the log is about: the present one, else that of the task which was just left.

    Celery tells of a task that failed after the task has left its municipality.
    """
    present = str(getattr(connection, "schema_name", "-"))
    if present != "public" or not current_task:
        return present
    return str((current_task.request.kwargs or {}).get("schema", present))


class SchemaFilter(logging.Filter):
    """Puts the schema into every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Stamp and keep."""
        record.schema = logged_schema()
        return True
