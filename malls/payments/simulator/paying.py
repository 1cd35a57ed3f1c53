"""Payment intents, charges, refunds and disputes."""

import contextlib
import re
from collections.abc import Iterable

from malls.payments.simulator.account import Account
from malls.payments.simulator.cards import AUTHENTICATION, decline_words
from malls.payments.simulator.saving import BEHAVIOR, find_method, is_expired
from malls.payments.simulator.shapes import (
    Obj,
    Refused,
    invalid,
    new_balance_line,
    new_charge,
    new_dispute,
    new_intent,
    new_refund,
    page,
    whole,
)

LEAST, MOST = 100, 99_999_999


def create_intent(account: Account, params: Obj) -> Obj:
    """A payment intent, confirmed at once when asked. KRW has no decimals: 1000 is 1,000 won."""
    amount = whole(params.get("amount", ""), "amount")
    if params.get("currency") != "krw":
        raise invalid("Only krw is charged here.", param="currency")
    if amount < LEAST:
        raise invalid(f"Amount must be at least ₩{LEAST} krw", param="amount", code="amount_too_small")
    if amount > MOST:
        raise invalid(f"Amount must be no more than ₩{MOST:,}", param="amount", code="amount_too_large")
    if params.get("customer"):
        account.find("customer", params["customer"])
    method = find_method(account, params["payment_method"]) if params.get("payment_method") else None
    _owned(method, params)
    intent = new_intent({**params, "payment_method": method and method["id"]}, account.clock.now(), amount)
    account.put(intent)
    account.emit("payment_intent.created", intent)
    return confirm_intent(account, params, intent["id"]) if params.get("confirm") == "true" else intent


def _owned(method: Obj | None, params: Obj) -> None:
    """A saved card is charged only for its own customer."""
    if method and method["customer"] and method["customer"] != params.get("customer"):
        raise invalid("The provided PaymentMethod cannot be attached to another customer.", param="payment_method")
    if method and method["metadata"].get("detached"):
        raise invalid(
            "The provided PaymentMethod was detached from a Customer. It may not be used again.",
            param="payment_method",
        )


def confirm_intent(account: Account, params: Obj, intent_id: str) -> Obj:
    """Charge the intent's card: the intent succeeds, or the provider answers 402 with the decline."""
    intent = account.find("payment_intent", intent_id)
    if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
        raise invalid("This PaymentIntent cannot be confirmed now.", code="payment_intent_unexpected_state")
    method = find_method(account, params.get("payment_method") or intent["payment_method"])
    _owned(method, {"customer": intent["customer"]})
    decline = _judge(account, method)
    if decline == AUTHENTICATION and params.get("return_url") and params.get("off_session") != "true":
        return _ask_holder(account, intent, method, str(params["return_url"]))
    return _end(account, intent, method, decline)


def _end(account: Account, intent: Obj, method: Obj, decline: str) -> Obj:
    charge = account.put(new_charge(intent, method, account.clock.now()))
    if decline:
        raise _decline(account, intent, charge, method, decline)
    return _succeed(account, intent, charge, method)


def _ask_holder(account: Account, intent: Obj, method: Obj, back: str) -> Obj:
    """The holder is there and must agree on the bank's page first; nothing is charged yet."""
    url = f"{account.address}/pages/confirm/{intent['id']}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": back}}
    account.put(intent, status="requires_action", payment_method=method["id"], next_action=action)
    account.emit("payment_intent.requires_action", intent)
    return intent


def finish_confirming(account: Account, intent: Obj, *, agrees: bool) -> None:
    """The holder agreed: the card is charged now, or declines for another reason. Or the holder did not agree."""
    method = account.find("payment_method", intent["payment_method"])
    back = intent["next_action"]["redirect_to_url"]["return_url"]
    account.put(intent, next_action=None, metadata={**intent["metadata"], "return_url": back})
    decline = _judge(account, method) if agrees else AUTHENTICATION
    with contextlib.suppress(Refused):
        _end(account, intent, method, "" if agrees and decline == AUTHENTICATION else decline)


def _judge(account: Account, method: Obj) -> str:
    scripted = account.mood(method["id"])
    if scripted is not None:
        return scripted
    return "expired_card" if is_expired(account, method) else BEHAVIOR[method["card"]["fingerprint"]].on_charging


def _succeed(account: Account, intent: Obj, charge: Obj, method: Obj) -> Obj:
    now, amount = account.clock.now(), intent["amount"]
    line = account.put(new_balance_line(charge, "charge", amount, _fee(account, amount), now))
    paid = {"network_status": "approved_by_network", "type": "authorized", "seller_message": "Payment complete."}
    account.put(
        charge,
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=amount,
        balance_transaction=line["id"],
        outcome=paid,
    )
    account.put(
        intent,
        status="succeeded",
        amount_received=amount,
        latest_charge=charge["id"],
        payment_method=method["id"],
        last_payment_error=None,
    )
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    behavior = BEHAVIOR[method["card"]["fingerprint"]]
    if behavior.dispute:
        open_dispute(account, charge["id"], behavior.dispute)
    return intent


def _fee(account: Account, amount: int) -> int:
    return (amount * account.fee_bp + 5_000) // 10_000


def _decline(account: Account, intent: Obj, charge: Obj, method: Obj, decline: str) -> Refused:
    code, message = decline_words(decline)
    error: Obj = {
        "type": "card_error",
        "code": code,
        "decline_code": decline,
        "message": message,
        "charge": charge["id"],
    }
    account.put(
        charge,
        status="failed",
        failure_code=code,
        failure_message=message,
        outcome={"type": "issuer_declined", "reason": decline},
    )
    account.put(
        intent,
        status="requires_payment_method",
        payment_method=None,
        latest_charge=charge["id"],
        last_payment_error={**error, "payment_method": {**method}},
    )
    account.emit("charge.failed", charge)
    account.emit("payment_intent.payment_failed", intent)
    return Refused(402, {**error, "payment_intent": {**intent}, "payment_method": {**method}})


def retrieve_intent(account: Account, params: Obj, intent_id: str) -> Obj:
    """A payment intent, with its latest charge when expanded."""
    intent = account.find("payment_intent", intent_id)
    if "latest_charge" in expanded(params) and intent["latest_charge"]:
        return {**intent, "latest_charge": account.find("charge", intent["latest_charge"])}
    return intent


def expanded(params: Obj) -> Iterable[str]:
    """What a call wants to see whole."""
    asked = params.get("expand") or []
    return asked if isinstance(asked, list) else list(asked.values()) if isinstance(asked, dict) else [asked]


def list_intents(account: Account, params: Obj) -> Obj:
    """Payment intents, newest first, of one customer or all."""
    customer = params.get("customer")
    rows = (
        reversed(list(account.by_customer.get(customer, {}).values())) if customer else account.newest("payment_intent")
    )
    return page(rows, params, "/v1/payment_intents")


_CLAUSE = re.compile(r"""metadata\[["']([^"']+)["']\]\s*:\s*["']([^"']*)["']""")


def search_intents(account: Account, params: Obj) -> Obj:
    """Payment intents whose metadata match every `metadata['name']:'value'` of the query."""
    clauses = _CLAUSE.findall(str(params.get("query", "")))
    if not clauses:
        raise invalid("We were unable to parse your search query.", param="query")
    rows = [
        row
        for row in account.newest("payment_intent")
        if all(row["metadata"].get(name) == value for name, value in clauses)
    ]
    found = page(rows, {"limit": params.get("limit", "10")}, "/v1/payment_intents/search")
    return {**found, "object": "search_result", "next_page": None}


def cancel_intent(account: Account, params: Obj, intent_id: str) -> Obj:
    """Give up an intent that has not succeeded."""
    intent = account.find("payment_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    reason = params.get("cancellation_reason")
    account.put(intent, status="canceled", canceled_at=account.clock.now(), cancellation_reason=reason)
    account.emit("payment_intent.canceled", intent)
    return intent


def retrieve_charge(account: Account, _params: Obj, charge_id: str) -> Obj:
    """A charge."""
    return account.find("charge", charge_id)


def list_charges(account: Account, params: Obj) -> Obj:
    """Charges, newest first, of one intent, one customer or all."""
    rows = (
        row
        for row in account.newest("charge")
        if params.get("customer") in (None, row["customer"])
        and params.get("payment_intent") in (None, row["payment_intent"])
    )
    return page(rows, params, "/v1/charges")


def create_refund(account: Account, params: Obj) -> Obj:
    """Give back a charge or a part of it, never more than its rest."""
    charge = _charge_to_refund(account, params)
    rest = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise invalid("This charge has been charged back; cannot issue a refund.", code="charge_disputed")
    if rest == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = whole(params.get("amount", rest), "amount")
    if not 0 < amount <= rest:
        raise invalid(
            f"Refund amount (₩{amount:,}) is greater than unrefunded amount on charge (₩{rest:,})", param="amount"
        )
    refund = new_refund(charge, params, account.clock.now(), amount)
    method = account.find("payment_method", charge["payment_method"])
    line = account.put(new_balance_line(refund, "refund", -amount, 0, refund["created"]))
    account.put(refund, balance_transaction=line["id"], status=BEHAVIOR[method["card"]["fingerprint"]].refund)
    given = charge["amount_refunded"] + amount
    account.put(charge, amount_refunded=given, refunded=given == charge["amount"])
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    return refund


def _charge_to_refund(account: Account, params: Obj) -> Obj:
    charge_id = params.get("charge")
    if params.get("payment_intent"):
        charge_id = account.find("payment_intent", params["payment_intent"])["latest_charge"]
    charge = account.find("charge", charge_id)
    if charge["status"] != "succeeded":
        raise invalid("This charge was not successful; it cannot be refunded.", param="charge")
    return charge


def settle_refund(account: Account, refund_id: str, status: str) -> Obj:
    """A pending refund succeeds or fails; a failed one comes back to the balance."""
    refund = account.find("refund", refund_id)
    if refund["status"] != "pending" or status not in ("succeeded", "failed"):
        raise invalid("Only a pending refund can succeed or fail.")
    if status == "failed":
        charge = account.find("charge", refund["charge"])
        account.put(charge, amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
        account.put(new_balance_line(refund, "refund_failure", refund["amount"], 0, account.clock.now()))
    account.put(refund, status=status, failure_reason="expired_or_canceled_card" if status == "failed" else None)
    account.emit("refund.failed" if status == "failed" else "refund.updated", refund)
    return refund


def retrieve_refund(account: Account, _params: Obj, refund_id: str) -> Obj:
    """A refund."""
    return account.find("refund", refund_id)


def list_refunds(account: Account, params: Obj) -> Obj:
    """Refunds, newest first, of one intent or all."""
    wanted = params.get("payment_intent")
    rows = [row for row in account.newest("refund") if wanted in (None, row["payment_intent"])]
    return page(rows, params, "/v1/refunds")


def open_dispute(account: Account, charge_id: str, reason: str) -> Obj:
    """The card holder disputes a whole charge; its amount leaves the balance at once."""
    charge = account.find("charge", charge_id)
    dispute = new_dispute(charge, reason, account.clock.now())
    fee = account.dispute_fee
    line = account.put(new_balance_line(dispute, "adjustment", -dispute["amount"], fee, dispute["created"]))
    account.put(dispute, balance_transactions=[line])
    account.put(charge, disputed=True)
    account.emit("charge.dispute.created", dispute)
    account.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(account: Account, _params: Obj, dispute_id: str, status: str = "lost") -> Obj:
    """A dispute ends; a won one gives the amount back."""
    dispute = account.find("dispute", dispute_id)
    if dispute["status"] in ("won", "lost"):
        raise invalid("This dispute is already closed.")
    lines = dispute["balance_transactions"]
    if status == "won":
        lines = [
            *lines,
            account.put(new_balance_line(dispute, "adjustment", dispute["amount"], 0, account.clock.now())),
        ]
    account.put(dispute, status=status, balance_transactions=lines)
    if status == "won":
        account.emit("charge.dispute.funds_reinstated", dispute)
    account.emit("charge.dispute.closed", dispute)
    return dispute


def answer_dispute(account: Account, params: Obj, dispute_id: str) -> Obj:
    """Evidence is kept; handed in, the bank looks at it."""
    dispute = account.find("dispute", dispute_id)
    if dispute["status"] != "needs_response":
        raise invalid("This dispute can no longer be answered.")
    if dispute["evidence_details"]["due_by"] < account.clock.now():
        raise invalid("The time to answer this dispute is over.")
    account.put(dispute, evidence={**dispute["evidence"], **(params.get("evidence") or {})})
    if params.get("submit") == "true":
        details = {**dispute["evidence_details"], "has_evidence": True, "submission_count": 1}
        account.put(dispute, status="under_review", evidence_details=details)
    account.emit("charge.dispute.updated", dispute)
    return dispute


def retrieve_dispute(account: Account, _params: Obj, dispute_id: str) -> Obj:
    """A dispute."""
    return account.find("dispute", dispute_id)


def list_disputes(account: Account, params: Obj) -> Obj:
    """Disputes, newest first."""
    return page(account.newest("dispute"), params, "/v1/disputes")
