"""Work found by query; the beat wakes it in every mall."""

from datetime import timedelta

from celery import shared_task
from celery.schedules import crontab

from bundles.billing import actions, dispatching
from bundles.billing.pacing import Paced
from bundles.billing.queries import setting
from core.clock import kst_date, now
from malls.payments.accounts import open_gateway

BEAT = {"billing.dispatch": crontab(minute=5, hour="6-21")}
"""When each task is sent: Korean times of day."""
LONGEST = timedelta(minutes=45)
"""A dispatch ends before the next one begins; what is left is due for that."""


@shared_task(name="billing.dispatch", tenant=False)
def dispatch() -> int:
    """Bill what is due today in every mall, in turns; the number of malls."""
    at = now()
    due = dispatching.due_municipalities(kst_date(at))
    return len(dispatching.dispatch(kst_date(at), due, clock=now, gateway_of=open_gateway, until=at + LONGEST))


@shared_task(name="billing.run")
def run() -> None:
    """Bill what is due today in one mall: woken when a card was changed or a price agreed to."""
    at = now()
    gateway = Paced(open_gateway(), setting().per_second)
    actions.run_billing(kst_date(at), at=at, gateway=gateway, clock=now)
