"""What a provider's message is about. It is a hint where to look: what counts is fetched."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DISPUTE, REFUNDS = "charge.dispute.", ("refund.", "charge.refund")
PAYMENTS = ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "charge.")


class Topic(StrEnum):
    """What to fetch."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    OTHER = "other"
    """Nothing that we keep follows from it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says: `about` is the payment, `item` the object itself, `key` ours if it is told."""

    event_id: str
    kind: str
    topic: Topic
    about: str
    item: str
    key: str


def stripe_message(body: bytes) -> Message | None:
    """A message in Stripe's shape; None when it is none."""
    try:
        event: dict[str, Any] = json.loads(body)
        event_id, kind, thing = str(event["id"]), str(event["type"]), event["data"]["object"]
        item, key = str(thing.get("id") or ""), str((thing.get("metadata") or {}).get("key") or "")
        about = str(thing.get("payment_intent") or "") or (item if kind.startswith("payment_intent.") else "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Message(event_id[:100], kind[:80], _topic(kind), about[:100], item[:100], key[:120])


def _topic(kind: str) -> Topic:
    if kind.startswith(DISPUTE):
        return Topic.DISPUTE
    if kind.startswith(REFUNDS):
        return Topic.REFUND
    return Topic.PAYMENT if kind.startswith(PAYMENTS) else Topic.OTHER


def korean_message(body: bytes, headers: Mapping[str, str]) -> Message | None:
    """A message in the Korean shape; None when it is none. A payment with cancellations is asked about those."""
    try:
        event: dict[str, Any] = json.loads(body)
        kind, payment = str(event["eventType"]), event["data"]
        about, order = str(payment["paymentKey"]), str(payment["orderId"])
        key = str((payment.get("metadata") or {}).get("key") or order.replace("=", ":"))
        topic = Topic.REFUND if payment.get("cancels") else Topic.PAYMENT
        kind = f"{kind}.{payment['status']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    event_id = headers.get("tosspayments-webhook-transmission-id") or f"{about}:{event.get('createdAt')}"
    return Message(event_id[:100], kind[:80], topic, about[:100], about[:100], key[:120])
