"""Work found by query; the beat wakes it in every mall."""

import logging

from celery import shared_task
from celery.schedules import crontab

from bundles.billing import actions
from bundles.billing.errors import BillingUnderWay
from core.clock import kst_date, now
from malls.payments.accounts import open_gateway

BEAT = {"billing.run": crontab(minute=5, hour="6-21"), "billing.send_notices": 120}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""

log = logging.getLogger(__name__)


@shared_task(name="billing.run")
def run() -> None:
    """Bill what is due today."""
    at = now()
    try:
        actions.run_billing(kst_date(at), at=at, gateway=open_gateway())
    except BillingUnderWay:
        log.info("another run is at work")


@shared_task(name="billing.send_notices")
def send_notices() -> None:
    """Send what residents were not told yet."""
    actions.send_notices(at=now())
