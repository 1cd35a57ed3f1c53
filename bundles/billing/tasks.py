"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task
from celery.schedules import crontab

from bundles.billing import actions
from core.clock import kst_date, now
from malls.payments.accounts import open_gateway

BEAT = {"billing.run": crontab(minute=5, hour="6-21"), "billing.send_notices": 120}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""


@shared_task(name="billing.run")
def run() -> None:
    """Bill what is due today."""
    at = now()
    actions.run_billing(kst_date(at), at=at, gateway=open_gateway(), clock=now)


@shared_task(name="billing.send_notices")
def send_notices() -> None:
    """Send what residents were not told yet."""
    actions.send_notices(at=now())
