"""Reads a Korean provider's payments, cancellations and codes into our outcomes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from malls.payments.gateways import (
    BalanceItem,
    ChargeRequest,
    DeclineClass,
    Declined,
    Outcome,
    ProviderPayment,
    Refunded,
    SavedCard,
    Succeeded,
    Unknown,
)
from malls.payments.gateways.reading import class_of

Wire = dict[str, Any]
NO_EXPIRY = (12, 9999)
"""Month and year of cards whose provider does not tell when they expire."""
DECLINES = {
    "CARD_PROCESSING_ERROR": "processing_error",
    "EXCEED_MAX_AUTH_COUNT": "card_velocity_exceeded",
    "EXCEED_MAX_CARD_MONEY_LIMIT": "insufficient_funds",
    "INVALID_AUTHORIZE_AUTH": "authentication_required",
    "INVALID_BILL_KEY_REQUEST": "revocation_of_authorization",
    "INVALID_CARD_EXPIRATION": "expired_card",
    "INVALID_CARD_LOST_OR_STOLEN": "lost_card",
    "INVALID_CARD_NUMBER": "incorrect_number",
    "INVALID_CARD_PASSWORD": "incorrect_cvc",
    "INVALID_STOPPED_CARD": "pickup_card",
    "NOT_AVAILABLE_BANK": "processing_error",
    "NOT_FOUND_BILLING_KEY": "payment_method_unusable",
    "NOT_MATCHES_CUSTOMER_KEY": "payment_method_unusable",
    "NOT_SUPPORTED_CARD_TYPE": "card_not_supported",
    "PROVIDER_ERROR": "processing_error",
    "REJECT_ACCOUNT_PAYMENT": "insufficient_funds",
    "REJECT_CARD_COMPANY": "generic_decline",
    "REJECT_CARD_PAYMENT": "insufficient_funds",
    "SUSPECTED_PHISHING_PAYMENT": "fraudulent",
}
"""This provider's word for a decline, in the words that all our adapters share."""
STATES = {"DONE": "succeeded", "IN_PROGRESS": "pending"}
PAID = ("DONE", "PARTIAL_CANCELED", "CANCELED")


def order_id(key: str) -> str:
    """Our key as an order id: letters, digits, `=`, `-` and `_` only. `key_of` reads it back."""
    return key.replace(":", "=")


def key_of(order: str) -> str:
    """The key behind an order id."""
    return order.replace("=", ":")


def charge_params(request: ChargeRequest) -> Wire:
    """An approval with a billing key."""
    return {
        "customerKey": request.customer,
        "amount": request.amount,
        "taxFreeAmount": request.tax_free,
        "orderId": order_id(request.key),
        "orderName": request.reference,
        "metadata": {"key": request.key},
    }


def declined(error: Wire, reference: str = "") -> Declined:
    """A decline in our words; what we have no word for may go well later."""
    code = DECLINES.get(str(error.get("code")), str(error.get("code") or "unknown").lower())
    return Declined(code, class_of(code), str(error.get("message") or ""), reference)


def refusal(answer: Declined) -> Declined:
    """A request that the provider refused before any card was asked: asking again cannot help."""
    return Declined(answer.code, DeclineClass.HARD, answer.message, answer.reference)


def outcome_of(payment: Wire) -> Outcome:
    """What a payment says about its charge."""
    if payment["status"] in PAID:
        return Succeeded(payment["paymentKey"], payment["paymentKey"])
    if payment["status"] in ("ABORTED", "EXPIRED"):
        return declined(payment.get("failure") or {}, payment["paymentKey"])
    return Unknown(f"the payment is {payment['status']}")


def saved_card(billing: Wire) -> SavedCard:
    """A billing key as we show its card."""
    month, year = NO_EXPIRY
    brand, number = str(billing.get("cardCompany") or billing.get("method") or ""), str(billing["card"]["number"])
    return SavedCard(billing["billingKey"], brand[:30], number[-4:], month, year)


def refunded(cancel: Wire) -> Refunded:
    """A cancellation's reference and state. We write our key as its reason."""
    state = STATES.get(cancel["cancelStatus"], "failed")
    return Refunded(cancel["transactionKey"], state, cancel["cancelReason"], int(cancel.get("taxFreeAmount") or 0))


def refunds_of(payment: Wire) -> list[Refunded]:
    """Every cancellation of a payment."""
    return [refunded(cancel) for cancel in payment.get("cancels") or ()]


def payments_of(transactions: Iterable[Wire]) -> list[ProviderPayment]:
    """Payments from the list of movements: approvals, with what went back of them."""
    rows: dict[str, Wire] = {}
    back: dict[str, int] = {}
    for row in transactions:
        if row["status"] == "DONE":
            rows[row["paymentKey"]] = row
        else:
            back[row["paymentKey"]] = back.get(row["paymentKey"], 0) - row["amount"]
    return [
        ProviderPayment(
            pk,
            key_of(row["orderId"]),
            row["amount"],
            back.get(pk, 0),
            succeeded=True,
            created=when(row["transactionAt"]),
        )
        for pk, row in rows.items()
    ]


def balance_item(line: Wire) -> BalanceItem:
    """A line of the settlement report. What is neither payment nor cancellation explains nothing."""
    kind = "refund" if line["cancel"] else "charge" if line["paymentKey"] else "other"
    subject = {"refund": (line["cancel"] or {}).get("transactionKey"), "charge": line["paymentKey"]}.get(kind)
    return BalanceItem(
        reference=line["transactionKey"],
        kind=kind,
        subject=str(subject or line["transactionKey"]),
        amount=line["amount"],
        fee=line["fee"],
        at=when(line["approvedAt"]),
    )


def when(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).astimezone(UTC)
