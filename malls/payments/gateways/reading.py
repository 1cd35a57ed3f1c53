"""Reads the provider's objects and errors into our outcomes. Shared by every adapter of the same wire format."""

from datetime import UTC, datetime
from typing import Any

from malls.payments.gateways import (
    OTHER_PARAMETERS,
    BalanceItem,
    ChargeRequest,
    DeclineClass,
    Declined,
    Outcome,
    ProviderDispute,
    ProviderPayment,
    Refunded,
    RefundRequest,
    SavedCard,
    Succeeded,
    Unknown,
)

Wire = dict[str, Any]
CURRENCY = "krw"
WAITS = "the card holder is asked"
HARD = frozenset({
    "authentication_not_handled", "card_not_supported", "currency_not_supported", "expired_card", "fraudulent",
    "incorrect_number", "invalid_account", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "lost_card",
    "merchant_blacklist", "new_account_information_available", "pickup_card", "restricted_card",
    "revocation_of_all_authorizations", "revocation_of_authorization", "security_violation", "stolen_card",
    "stop_payment_order", "transaction_not_allowed", "incorrect_cvc", "invalid_cvc", "payment_method_unusable",
})  # fmt: skip


def provider_amount(won: int) -> int:
    """KRW has no minor unit: the amount passes unscaled. The one place that says so."""
    return won


def class_of(code: str) -> DeclineClass:
    """What a decline code asks of us; codes we do not know may go well later."""
    if code == "authentication_required":
        return DeclineClass.AUTHENTICATION
    return DeclineClass.HARD if code in HARD else DeclineClass.SOFT


def charge_params(request: ChargeRequest) -> Wire:
    """An off-session charge as the provider wants it. The tax-free part travels as metadata."""
    return {
        "amount": provider_amount(request.amount),
        "currency": CURRENCY,
        "customer": request.customer,
        "payment_method": request.method,
        "confirm": True,
        "off_session": True,
        "description": request.reference,
        "metadata": {"key": request.key, "order": request.reference, "tax_free": str(request.tax_free)},
    }


def confirm_params(request: ChargeRequest, back: str) -> Wire:
    """The same charge with its holder present."""
    params = {**charge_params(request), "return_url": back}
    del params["off_session"]
    return params


def session_params(customer: str, back: str) -> Wire:
    """A visit to the page where a card is saved."""
    return {
        "mode": "setup",
        "customer": customer,
        "payment_method_types": ["card"],
        "success_url": back,
        "cancel_url": back,
        "locale": "ko",
    }


def outcome_of_intent(intent: Wire) -> Outcome:
    """What a payment intent says about its charge."""
    status, reference = intent["status"], intent["id"]
    if status == "succeeded":
        charge = intent.get("latest_charge") or ""
        return Succeeded(reference, charge if isinstance(charge, str) else charge["id"])
    if status == "requires_payment_method" and intent.get("last_payment_error"):
        return declined(intent["last_payment_error"], reference)
    if status == "requires_action":
        action = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        return Unknown(WAITS, str(action.get("url") or ""))
    if status == "canceled":
        return Declined("canceled", DeclineClass.SOFT, reference=reference)
    return Unknown(f"the payment is {status}")


def abandoned(intent: Wire) -> Outcome:
    """A canceled payment whose holder never agreed."""
    return Declined("authentication_required", DeclineClass.AUTHENTICATION, reference=intent["id"])


def declined(error: Wire, reference: str = "") -> Declined:
    """A card error as our decline: the issuer's code where there is one."""
    code = error.get("decline_code") or error.get("code") or "unknown"
    if error.get("code") == "authentication_required":
        code = "authentication_required"
    intent = error.get("payment_intent") or {}
    return Declined(code, class_of(code), error.get("message") or "", reference or intent.get("id", ""))


def rejected(error: Wire) -> Outcome:
    """A request the provider refused before any card was asked. A forgotten card or customer needs a new card."""
    if error.get("type") == "idempotency_error":
        return Unknown(OTHER_PARAMETERS)
    if error.get("code") == "resource_missing" or error.get("param") == "payment_method":
        return Declined("payment_method_unusable", DeclineClass.HARD, error.get("message") or "")
    return Declined(error.get("code") or "invalid_request", DeclineClass.HARD, error.get("message") or "")


def saved_card(method: Wire) -> SavedCard:
    """A payment method as we show it."""
    card = method["card"]
    return SavedCard(method["id"], card["brand"], card["last4"], card["exp_month"], card["exp_year"])


def refunded(refund: Wire) -> Refunded:
    """A refund's reference and state."""
    state = str(refund["status"])
    state = {"canceled": "failed", "requires_action": "pending"}.get(state, state)
    metadata = refund.get("metadata") or {}
    return Refunded(refund["id"], state, metadata.get("key", ""), int(metadata.get("tax_free") or 0))


def refund_metadata(request: RefundRequest) -> Wire:
    """Our key and the tax-free part: this provider has no field for it, so it travels as metadata."""
    return {"key": request.key, "tax_free": str(request.tax_free)}


def payment_of_charge(charge: Wire) -> ProviderPayment:
    """A charge of the provider's list."""
    return ProviderPayment(
        reference=charge["payment_intent"] or charge["id"],
        key=(charge.get("metadata") or {}).get("key", ""),
        amount=charge["amount"],
        refunded=charge["amount_refunded"],
        succeeded=charge["status"] == "succeeded",
        created=datetime.fromtimestamp(charge["created"], UTC),
    )


DISPUTE_STATES = {"won": "won", "lost": "lost", "under_review": "review"}


def dispute_of(dispute: Wire) -> ProviderDispute:
    """A dispute's state, its deadline, and what it moved."""
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return ProviderDispute(
        reference=dispute["id"],
        payment=dispute["payment_intent"] or "",
        amount=dispute["amount"],
        reason=dispute["reason"],
        state=DISPUTE_STATES.get(dispute["status"], "open"),
        withdrawn=-sum(line["amount"] for line in dispute["balance_transactions"]),
        respond_by=datetime.fromtimestamp(due, UTC) if due else None,
        opened_at=datetime.fromtimestamp(dispute["created"], UTC),
    )


BALANCE_KINDS = {
    "charge": "charge", "payment": "charge", "refund": "refund", "payment_refund": "refund",
    "refund_failure": "refund", "payment_failure_refund": "refund", "adjustment": "dispute", "payout": "payout",
}  # fmt: skip


def balance_item(line: Wire) -> BalanceItem:
    """A line of the balance report, with its source expanded. An adjustment without a dispute explains nothing."""
    source = line["source"] if isinstance(line["source"], dict) else {}
    kind = BALANCE_KINDS.get(line["type"], "other")
    if kind == "dispute" and source.get("object") != "dispute":
        kind = "other"
    subject = source.get("payment_intent") if kind == "charge" else source.get("id")
    return BalanceItem(
        reference=line["id"],
        kind=kind,
        subject=str(subject or line["id"]) if kind != "other" else line["id"],
        amount=line["amount"],
        fee=line["fee"],
        at=datetime.fromtimestamp(line["created"], UTC),
    )
