"""Background work of settlement: work is found by query, the message only wakes it."""

from celery import shared_task

from settlement.statements.actions.rendering import render_missing

AT_A_TIME = 200


@shared_task(name="settlement.render_statements")
def render_statements() -> int:
    """Render the documents that are missing; the number rendered."""
    return sum(1 for _ in render_missing(AT_A_TIME))
