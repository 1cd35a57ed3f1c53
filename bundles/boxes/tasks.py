"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.boxes import actions
from core.actor import SYSTEM
from core.clock import kst_date, now

BEAT = {"boxes.foresee": crontab(minute=35, hour="5-20")}
"""Before each billing run somebody has looked ahead: Korean times of day."""


@shared_task(name="boxes.foresee")
def foresee() -> None:
    """Find what the boxes of the coming days are short of."""
    at = now()
    actions.foresee(kst_date(at), by=SYSTEM, at=at)
