"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.boxes import actions
from core.actor import SYSTEM
from core.clock import kst_date, now

BEAT = {"boxes.foresee": crontab(minute=35, hour="5-20"), "boxes.tell_shares": 300}
"""Before each billing run somebody has looked ahead: Korean times of day, or seconds between runs."""


@shared_task(name="boxes.foresee")
def foresee() -> None:
    """Find what the boxes of the coming days are short of."""
    at = now()
    actions.foresee(kst_date(at), by=SYSTEM, at=at)


@shared_task(name="boxes.tell_shares")
def tell_shares() -> None:
    """Tell residents what their boxes will not hold, and ask those who want to be asked."""
    actions.tell_shares(at=now())
