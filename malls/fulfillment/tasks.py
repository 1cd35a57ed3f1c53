"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task

from core.clock import now
from malls.fulfillment import actions

BEAT = {"fulfillment.confirm_due": 3600}
"""How often each task is sent to every mall, in seconds."""


@shared_task(name="fulfillment.confirm_due")
def confirm_due() -> None:
    """Confirm purchases seven days after delivery (daily)."""
    actions.confirm_due(at=now())
