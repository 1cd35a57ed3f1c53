"""The same provider in the shape of a Korean payment company: billing keys, tax-free parts, orders by their own id.

Objects stand in the same store as in the other shape, so scripts, faults and comparisons work for both.
"""

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from malls.payments.simulator import korean_shapes as shapes
from malls.payments.simulator import paying, reporting, saving
from malls.payments.simulator.account import Account
from malls.payments.simulator.shapes import Obj, Refused, new_id, whole

KST = ZoneInfo("Asia/Seoul")
ORDER_ID = re.compile(r"[A-Za-z0-9_=-]{6,64}")
MOST_ROWS = 5_000
TOLD = (
    "payment_intent.succeeded", "payment_intent.payment_failed", "charge.refunded", "refund.updated", "refund.failed",
)  # fmt: skip
"""What this provider tells: every one a payment whose state changed."""
AUTH_FOR = 600
"""Seconds for which an auth key is good."""


def authorize(account: Account, customer_key: str, method: Obj) -> str:
    """The holder agreed on the provider's page: a key that is good for one billing key."""
    auth = {
        "id": new_id("auth"), "object": "billing_auth", "customer": customer_key, "method": method["id"],
        "created": account.clock.now(),
    }  # fmt: skip
    account.put(auth)
    return str(auth["id"])


def tokenize(account: Account, params: Obj) -> Obj:
    """An auth key for a test card without the page; simulators only."""
    method = saving.create_method(account, {"type": "card", "card": params.get("card")})
    return {"authKey": authorize(account, "", method)}


def listen(account: Account, params: Obj) -> Obj:
    """Where messages are posted; real accounts enter the address on the provider's own pages."""
    endpoint = reporting.create_endpoint(account, {"url": params.get("url"), "enabled_events": list(TOLD)})
    return {"securityKey": endpoint["secret"]}


def issue(account: Account, params: Obj) -> Obj:
    """A billing key for an auth key. Saving may still be refused by the card's company."""
    customer_key = str(params.get("customerKey") or "")
    auth_key = str(params.get("authKey") or "")
    known = account.all("billing_auth").get(auth_key)
    if known and (known["customer"] not in ("", customer_key) or account.clock.now() - known["created"] > AUTH_FOR):
        raise shapes.refused("NOT_FOUND_PAYMENT_SESSION")
    if not known and not auth_key.startswith("pm_card_"):
        raise shapes.refused("NOT_FOUND_PAYMENT_SESSION")
    if not customer_key:
        raise shapes.refused("INVALID_CUSTOMER_KEY")
    method = saving.find_method(account, known["method"] if known else auth_key)
    decline = saving.why_not_saved(account, method)
    if decline:
        raise shapes.declined(decline)
    customer = account.all("customer").get(customer_key) or account.put(
        {"id": customer_key, "object": "customer", "created": account.clock.now(), "email": None, "name": None}
    )
    saving.attach(account, method, customer)
    return shapes.billing(method, account.clock.now())


def delete_key(account: Account, _params: Obj, billing_key: str) -> Obj:
    """Forget a billing key; it can never be charged again."""
    method = account.all("payment_method").get(billing_key)
    if method is None or not method["customer"]:
        raise shapes.refused("NOT_FOUND_BILLING_KEY", 404)
    saving.detach_method(account, {}, billing_key)
    return {"billingKey": billing_key}


def approve(account: Account, params: Obj, billing_key: str) -> Obj:
    """Charge a billing key. `amount` includes `taxFreeAmount`."""
    method, customer_key = account.all("payment_method").get(billing_key), str(params.get("customerKey") or "")
    if method is None or method["metadata"].get("detached"):
        raise shapes.refused("NOT_FOUND_BILLING_KEY", 404)
    if method["customer"] != customer_key:
        raise shapes.refused("NOT_MATCHES_CUSTOMER_KEY", 403)
    order_id, amount = str(params.get("orderId") or ""), whole(params.get("amount", ""), "amount")
    tax_free = whole(params.get("taxFreeAmount", 0), "taxFreeAmount")
    if not ORDER_ID.fullmatch(order_id) or not 0 <= tax_free <= amount:
        raise shapes.refused("INVALID_REQUEST")
    mine = account.by_customer.get(customer_key, {}).values()
    if any(one["metadata"].get("order_id") == order_id for one in mine):
        raise shapes.refused("DUPLICATED_ORDER_ID")
    intent = paying.create_intent(
        account,
        {
            "amount": amount, "currency": "krw", "customer": customer_key, "payment_method": billing_key,
            "confirm": "true", "description": params.get("orderName"),
            "metadata": {**(params.get("metadata") or {}), "order_id": order_id, "tax_free": str(tax_free)},
        },
    )  # fmt: skip
    return shapes.payment(account, intent)


def by_order(account: Account, _params: Obj, order_id: str) -> Obj:
    """The payment of an order."""
    found = (one for one in account.newest("payment_intent") if one["metadata"].get("order_id") == order_id)
    intent = next(found, None)
    if intent is None:
        raise shapes.refused("NOT_FOUND_PAYMENT", 404)
    return shapes.payment(account, intent)


def by_key(account: Account, _params: Obj, payment_key: str) -> Obj:
    """A payment."""
    return shapes.payment(account, _intent(account, payment_key))


def _intent(account: Account, payment_key: str) -> Obj:
    intent = account.all("payment_intent").get(payment_key)
    if intent is None:
        raise shapes.refused("NOT_FOUND_PAYMENT", 404)
    return intent


def cancel(account: Account, params: Obj, payment_key: str) -> Obj:
    """Give back a payment or a part of it, with its tax-free part."""
    intent = _intent(account, payment_key)
    reason, tax_free = str(params.get("cancelReason") or ""), whole(params.get("taxFreeAmount", 0), "taxFreeAmount")
    if not reason or intent["status"] != "succeeded":
        raise shapes.refused("NOT_CANCELABLE_PAYMENT", 403)
    charge = account.find("charge", intent["latest_charge"])
    rest = charge["amount"] - charge["amount_refunded"]
    amount = whole(params.get("cancelAmount", rest), "cancelAmount")
    if rest == 0:
        raise shapes.refused("ALREADY_CANCELED_PAYMENT")
    if not 0 < amount <= rest or tax_free > amount:
        raise shapes.refused("NOT_CANCELABLE_AMOUNT", 403)
    if tax_free > shapes.tax_free_rest(account, intent):
        raise shapes.refused("INVALID_TAX_FREE_AMOUNT", 403)
    metadata = {"key": reason, "tax_free": str(tax_free)}
    paying.create_refund(account, {"payment_intent": payment_key, "amount": amount, "metadata": metadata})
    return shapes.payment(account, intent)


def transactions(account: Account, params: Obj) -> list[Obj]:
    """Every movement of money of some Korean days, oldest first, after `startingAfter`."""
    rows = [row for row in _lines(account, params) if row["type"] in ("charge", "refund", "refund_failure")]
    after = params.get("startingAfter")
    if after:
        at = next((index for index, row in enumerate(rows) if row["id"] == after), len(rows))
        rows = rows[at + 1 :]
    return [shapes.transaction(account, row) for row in rows[: whole(params.get("limit", 100), "limit")]]


def settlements(account: Account, params: Obj) -> list[Obj]:
    """What the company owes for some Korean days: amount, fee, what is paid out. Pages count from 1."""
    size = min(whole(params.get("size", 100), "size"), MOST_ROWS)
    start = (whole(params.get("page", 1), "page") - 1) * size
    rows = [row for row in _lines(account, params) if row["type"] != "payout"]
    return [shapes.settlement(account, row) for row in rows[start : start + size]]


def _lines(account: Account, params: Obj) -> list[Obj]:
    try:
        first, last = date.fromisoformat(str(params["startDate"])[:10]), date.fromisoformat(str(params["endDate"])[:10])
    except (KeyError, ValueError):
        raise shapes.refused("INVALID_REQUEST") from None
    since = datetime(first.year, first.month, first.day, tzinfo=KST).timestamp()
    until = (datetime(last.year, last.month, last.day, tzinfo=KST) + timedelta(days=1)).timestamp()
    rows = account.all("balance_transaction").values()
    return sorted((row for row in rows if since <= row["created"] < until), key=lambda row: row["created"])


Handler = Callable[..., Any]
ROUTES: list[tuple[str, re.Pattern[str], Handler, str]] = [
    (method, re.compile(f"^/v1/{pattern}$"), handler, alike)
    for method, pattern, handler, alike in (
        ("POST", "webhooks", listen, "/v1/webhook_endpoints"),
        ("POST", "billing/authorizations/test", tokenize, "/v1/payment_methods"),
        ("POST", "billing/authorizations/issue", issue, "/v1/setup_intents"),
        ("DELETE", r"billing/(?P<billing_key>[^/]+)", delete_key, "/v1/payment_methods"),
        ("POST", r"billing/(?P<billing_key>[^/]+)", approve, "/v1/payment_intents"),
        ("GET", r"payments/orders/(?P<order_id>[^/]+)", by_order, "/v1/payment_intents"),
        ("GET", r"payments/(?P<payment_key>[^/]+)", by_key, "/v1/payment_intents"),
        ("POST", r"payments/(?P<payment_key>[^/]+)/cancel", cancel, "/v1/refunds"),
        ("GET", "transactions", transactions, "/v1/charges"),
        ("GET", "settlements", settlements, "/v1/balance_transactions"),
    )
]


def find_route(method: str, path: str, params: Obj) -> tuple[Handler, dict[str, Any]]:
    """The handler of a call and the ids in its address."""
    del params
    for verb, pattern, handler, _alike in ROUTES:
        match = pattern.match(path) if verb == method else None
        if match:
            return handler, match.groupdict()
    raise shapes.refused("NOT_FOUND", 404)


def alike(method: str, path: str) -> str:
    """The same call's address in the other shape: faults are set by that."""
    return next((to for verb, pattern, _, to in ROUTES if verb == method and pattern.match(path)), path)


def error_of(refused: Refused) -> tuple[int, Obj]:
    """Any refusal in this shape."""
    if "type" not in refused.error:
        return refused.status, refused.error
    again = shapes.translated(refused)
    return again.status, again.error


def letter(event: Obj, payment: Obj) -> Obj:
    """A message in this shape."""
    created = datetime.fromtimestamp(event["created"], UTC).astimezone(KST).isoformat()
    return {"eventType": "PAYMENT_STATUS_CHANGED", "createdAt": created, "data": payment}


def seal(secret: str, body: bytes, at: str) -> str:
    """The signature of a message: the body and when it was sent, by the merchant's own key."""
    return "v1:" + base64.b64encode(shapes.mac(secret, body + b":" + at.encode())).decode()
