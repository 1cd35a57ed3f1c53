"""The provider's messages: stored once, answered at once, acted on by fetching the object anew."""

import json
import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from core.actor import SYSTEM
from core.errors import GatewayError
from core.wake import wake
from malls.payments.actions.charging import ask, record_outcomes
from malls.payments.actions.disputing import record_dispute
from malls.payments.actions.refunding import record_refund
from malls.payments.gateways import Gateway, ProviderEvent
from malls.payments.models import OPEN_CHARGES, Charge, Refund, WebhookEvent

log = logging.getLogger(__name__)


def receive_event(body: bytes, *, at: datetime) -> bool:
    """Store a verified message; one that came before is left as it is. False when it is no event at all."""
    row = _read(body, at)
    if row is None:
        return False
    with transaction.atomic():
        WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)
        wake("payments.process_events")
    return True


def _read(body: bytes, at: datetime) -> WebhookEvent | None:
    try:
        event: dict[str, Any] = json.loads(body)
        event_id, kind, thing = str(event["id"]), str(event["type"]), event["data"]["object"]
        return WebhookEvent(
            event_id=event_id[:100],
            kind=kind[:80],
            object_id=str(thing.get("id", ""))[:100],
            body={"api_version": event.get("api_version"), "created": event.get("created")},
            received_at=at,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def process_events(*, gateway: Gateway, at: datetime, limit: int = 500) -> int:
    """Act on stored messages. Order and repetition do not matter: what counts is how the object stands now."""
    done = 0
    for row in WebhookEvent.objects.filter(processed_at=None).order_by("pk")[:limit]:
        try:
            event = gateway.fetch_event(row.event_id)
            _process(row, event, gateway, at)
            done += 1
        except GatewayError as error:
            if error.permanent:
                raise
            log.warning("event %s waits: %s", row.event_id, error)
    return done


def _process(row: WebhookEvent, event: ProviderEvent | None, gateway: Gateway, at: datetime) -> None:
    """Network first; then the effect and the mark in one transaction."""
    if event is None:
        log.error("event %s is signed with our secret but is not in our account", row.event_id)
        _mark(row, at)
        return
    charges = Charge.objects.filter(key=event.key, state__in=OPEN_CHARGES) if event.key else Charge.objects.none()
    outcomes = ask(list(charges.select_related("order", "method")), gateway, at=at)
    about_refund = event.kind.startswith(("refund.", "charge.refund"))
    rows = {one.reference: one for one in gateway.refunds_of(event.thing)} if about_refund else {}
    dispute = gateway.dispute(event.item) if event.kind.startswith("charge.dispute.") else None
    with transaction.atomic():
        record_outcomes(outcomes, at=at)
        for refund in Refund.objects.filter(provider_ref__in=rows).select_related("charge__order"):
            record_refund(refund, rows[refund.provider_ref], by=SYSTEM, at=at)
        if dispute:
            record_dispute(dispute, at=at)
        _mark(row, at)


def _mark(row: WebhookEvent, at: datetime) -> None:
    WebhookEvent.objects.filter(pk=row.pk, processed_at=None).update(processed_at=at)
