"""Wake a task after the commit. Work is found by query; waking only saves the wait until the next beat."""

from celery import current_app
from django.db import connection, transaction


def wake(task: str) -> None:
    """Send `task` for the current municipality once the transaction has committed. A lost message does no harm."""
    schema = connection.schema_name  # type: ignore[attr-defined]

    def send() -> None:
        current_app.send_task(task, kwargs={"schema": schema}, ignore_result=True)

    transaction.on_commit(send, robust=True)
