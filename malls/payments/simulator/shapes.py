"""The provider's objects and errors, as they travel on the wire (API version 2026-10-28.endive)."""

import uuid
from collections.abc import Iterable
from typing import Any

Obj = dict[str, Any]
DISPUTE_DAYS = 7
"""How long the merchant may answer a dispute."""
API_VERSION = "2026-10-28.endive"


class Refused(Exception):  # noqa: N818  the provider's answer, not our error
    """The provider says no; `status` and `error` are what it answers."""

    def __init__(self, status: int, error: Obj) -> None:
        self.status = status
        self.error = error
        super().__init__(error.get("message", ""))


def new_id(prefix: str) -> str:
    """A fresh object id."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


def invalid(message: str, *, param: str = "", code: str = "", status: int = 400) -> Refused:
    """A request that makes no sense to the provider."""
    error: Obj = {"type": "invalid_request_error", "message": message}
    return Refused(status, {**error, **({"param": param} if param else {}), **({"code": code} if code else {})})


def missing(kind: str, object_id: str) -> Refused:
    """No such object in this account."""
    return invalid(f"No such {kind}: '{object_id}'", param="id", code="resource_missing", status=404)


def page(rows: Iterable[Obj], params: Obj, url: str) -> Obj:
    """One page of a list, newest first as `rows` come, after `starting_after` and inside `created`."""
    kept = [row for row in rows if _created_fits(row["created"], params.get("created"))]
    after = params.get("starting_after")
    if after:
        at = next((index for index, row in enumerate(kept) if row["id"] == after), None)
        if at is None:
            raise missing("object", after)
        kept = kept[at + 1 :]
    limit = whole(params.get("limit", "10"), "limit")
    return {"object": "list", "url": url, "has_more": len(kept) > limit, "data": kept[:limit]}


def _created_fits(created: int, bounds: Any) -> bool:
    if not bounds:
        return True
    if not isinstance(bounds, dict):
        return created == whole(bounds, "created")
    tests = {"gte": created.__ge__, "gt": created.__gt__, "lte": created.__le__, "lt": created.__lt__}
    return all(tests[name](whole(value, "created")) for name, value in bounds.items() if name in tests)


def whole(value: Any, param: str) -> int:
    """A whole number from the wire."""
    try:
        return int(str(value))
    except ValueError:
        raise invalid(f"Invalid integer: {value}", param=param, code="parameter_invalid_integer") from None


def new_intent(params: Obj, created: int, amount: int) -> Obj:
    """A payment intent before confirmation."""
    intent_id = new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_sim",
        "confirmation_method": "automatic",
        "created": created,
        "currency": "krw",
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "next_action": None,
        "payment_method": params.get("payment_method"),
        "payment_method_types": ["card"],
        "receipt_email": None,
        "setup_future_usage": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_confirmation" if params.get("payment_method") else "requires_payment_method",
    }


def new_charge(intent: Obj, method: Obj, created: int) -> Obj:
    """A charge attempt of an intent."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": False,
        "created": created,
        "currency": "krw",
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": method["card"]},
        "refunded": False,
        "status": "pending",
    }


def new_method(card: Obj, params: Obj, created: int) -> Obj:
    """A payment method that belongs to nobody yet."""
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "billing_details": params.get("billing_details")
        or {"name": None, "email": None, "phone": None, "address": None},
        "card": card,
        "created": created,
        "customer": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "type": "card",
    }


def new_setup(params: Obj, created: int) -> Obj:
    """A setup intent before confirmation."""
    setup_id = new_id("seti")
    return {
        "id": setup_id,
        "object": "setup_intent",
        "cancellation_reason": None,
        "client_secret": f"{setup_id}_secret_sim",
        "created": created,
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_setup_error": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "next_action": None,
        "payment_method": params.get("payment_method"),
        "payment_method_types": ["card"],
        "status": "requires_confirmation" if params.get("payment_method") else "requires_payment_method",
        "usage": params.get("usage", "off_session"),
    }


def new_refund(charge: Obj, params: Obj, created: int, amount: int) -> Obj:
    """A refund of a charge."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": "krw",
        "failure_reason": None,
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }


def new_dispute(charge: Obj, reason: str, created: int) -> Obj:
    """A dispute of a whole charge."""
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": "krw",
        "evidence": {},
        "evidence_details": {"due_by": created + DISPUTE_DAYS * 86_400, "has_evidence": False, "submission_count": 0},
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }


def new_balance_line(source: Obj, kind: str, amount: int, fee: int, created: int) -> Obj:
    """One line of the balance report; `net` is what reaches the account."""
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created + 2 * 86_400,
        "created": created,
        "currency": "krw",
        "description": source.get("description"),
        "fee": fee,
        "net": amount - fee,
        "reporting_category": {"adjustment": "dispute"}.get(kind, kind),
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }


def new_event(kind: str, thing: Obj, created: int, idempotency_key: str) -> Obj:
    """An event with the thing as it stood then."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": {**thing}},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": new_id("req"), "idempotency_key": idempotency_key or None},
        "type": kind,
    }
