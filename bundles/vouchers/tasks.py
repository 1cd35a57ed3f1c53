"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.vouchers import actions
from core.clock import now

BEAT = {
    "vouchers.issue": 600,
    "vouchers.expire": crontab(minute=20, hour=0),
    "vouchers.note_expiring": crontab(minute=40, hour=9),
    "vouchers.tell": 300,
    "vouchers.undo_failed_refunds": 600,
}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""


@shared_task(name="vouchers.issue")
def issue() -> None:
    """Issue what paid orders still miss."""
    actions.issue_vouchers(at=now())


@shared_task(name="vouchers.expire")
def expire() -> None:
    """End vouchers whose last day is over, and rights of refund after five years (daily, after midnight)."""
    actions.expire_vouchers(at=now())
    actions.lapse_vouchers(at=now())


@shared_task(name="vouchers.note_expiring")
def note_expiring() -> None:
    """Note what ends within 30 and within 7 days, and tell it by day."""
    actions.note_expiring(at=now())
    actions.send_voucher_notices(at=now())


@shared_task(name="vouchers.tell")
def tell() -> None:
    """Send what residents were not told yet."""
    actions.send_voucher_notices(at=now())


@shared_task(name="vouchers.undo_failed_refunds")
def undo_failed_refunds() -> None:
    """Give vouchers back whose refund the provider refused in the end."""
    actions.undo_failed_refunds(at=now())
