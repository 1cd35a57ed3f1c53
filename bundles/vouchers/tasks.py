"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task

from bundles.vouchers import actions
from core.clock import now


@shared_task(name="vouchers.issue")
def issue() -> None:
    """Issue what paid orders still miss."""
    actions.issue_vouchers(at=now())


@shared_task(name="vouchers.expire")
def expire() -> None:
    """Expire vouchers whose last day is over (daily, after midnight)."""
    actions.expire_vouchers(at=now())
