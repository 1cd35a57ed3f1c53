"""Work found by query; the beat wakes it in every mall."""

from celery import shared_task

from core.clock import now
from malls.payments import actions
from malls.payments.accounts import open_gateway
from malls.payments.models import OPEN_CHARGES, Charge, Refund, RefundState, WebhookEvent

OPEN_REFUNDS = (RefundState.RESERVED, RefundState.UNKNOWN)

BEAT = {"payments.settle_unknown": 300, "payments.process_events": 60}
"""How often each task is sent to every mall, in seconds."""
WORK = {
    "payments.settle_unknown": lambda: (
        Charge.objects.filter(state__in=OPEN_CHARGES).exists() or Refund.objects.filter(state__in=OPEN_REFUNDS).exists()
    ),
    "payments.process_events": lambda: WebhookEvent.objects.filter(processed_at=None).exists(),
}
"""Whether a mall has something for a task to do."""


@shared_task(name="payments.settle_unknown")
def settle_unknown() -> None:
    """Find out what became of charges and refunds without an answer (every five minutes)."""
    gateway = open_gateway()
    actions.settle_unknown(gateway=gateway, at=now())
    actions.settle_refunds(gateway=gateway, at=now())


@shared_task(name="payments.process_events")
def process_events() -> None:
    """Act on the provider's stored messages."""
    actions.process_events(gateway=open_gateway(), at=now())
