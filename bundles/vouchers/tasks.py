"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.vouchers import actions
from core.clock import now

BEAT = {
    "vouchers.issue": 600,
    "vouchers.expire": crontab(minute=20, hour=0),
    "vouchers.undo_failed_refunds": 600,
}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""


@shared_task(name="vouchers.issue")
def issue() -> None:
    """Issue what paid orders still miss."""
    actions.issue_vouchers(at=now())


@shared_task(name="vouchers.expire")
def expire() -> None:
    """End vouchers whose last day is over, rights of refund after five years, and emptied orders (after midnight)."""
    actions.expire_vouchers(at=now())
    actions.lapse_vouchers(at=now())
    actions.close_given_back(at=now())


@shared_task(name="vouchers.undo_failed_refunds")
def undo_failed_refunds() -> None:
    """Give vouchers back whose refund the provider refused in the end."""
    actions.undo_failed_refunds(at=now())
