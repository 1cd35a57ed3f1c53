"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.vouchers import actions
from core.clock import now

BEAT = {"vouchers.issue": 600, "vouchers.expire": crontab(minute=20, hour=0)}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""


@shared_task(name="vouchers.issue")
def issue() -> None:
    """Issue what paid orders still miss."""
    actions.issue_vouchers(at=now())


@shared_task(name="vouchers.expire")
def expire() -> None:
    """Expire vouchers whose last day is over (daily, after midnight)."""
    actions.expire_vouchers(at=now())
