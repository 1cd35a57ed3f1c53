"""Customers, payment methods and setup intents."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from malls.payments.simulator.account import Account
from malls.payments.simulator.cards import AUTHENTICATION, CARDS, NAMED, TestCard, decline_words
from malls.payments.simulator.shapes import Obj, Refused, invalid, new_id, new_method, new_setup, page, whole


def fingerprint(number: str) -> str:
    """What is kept of a card number."""
    return hashlib.sha256(number.encode()).hexdigest()[:16]


BEHAVIOR: dict[str, TestCard] = {fingerprint(number): card for number, card in CARDS.items()}


def create_customer(account: Account, params: Obj) -> Obj:
    """A customer."""
    customer = {
        "id": new_id("cus"),
        "object": "customer",
        "balance": 0,
        "created": account.clock.now(),
        "description": params.get("description"),
        "email": params.get("email"),
        "invoice_settings": {"default_payment_method": None},
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "name": params.get("name"),
        "phone": params.get("phone"),
    }
    account.put(customer)
    account.emit("customer.created", customer)
    return customer


def update_customer(account: Account, params: Obj, customer_id: str) -> Obj:
    """New values of a customer."""
    customer = account.find("customer", customer_id)
    known = ("description", "email", "metadata", "name", "phone", "invoice_settings")
    return account.put(customer, **{name: params[name] for name in known if name in params})


def retrieve_customer(account: Account, _params: Obj, customer_id: str) -> Obj:
    """A customer."""
    return account.find("customer", customer_id)


def list_customers(account: Account, params: Obj) -> Obj:
    """Customers, newest first."""
    rows = [row for row in account.newest("customer") if params.get("email") in (None, row["email"])]
    return page(rows, params, "/v1/customers")


def create_method(account: Account, params: Obj) -> Obj:
    """Tokenize a card."""
    if params.get("type") != "card":
        raise invalid("Only cards are known here.", param="type")
    card = params.get("card") or {}
    number = str(card.get("number", "")).replace(" ", "")
    if card.get("token"):
        number = NAMED.get(str(card["token"]).replace("tok_", "pm_card_"), "")
    if number not in CARDS:
        raise _card_error("incorrect_number", "number")
    method = new_method(_card(number, card), params, account.clock.now())
    return account.put(method)


def _card(number: str, given: Obj) -> Obj:
    return {
        "brand": CARDS[number].brand,
        "checks": {"cvc_check": "pass"},
        "country": "US",
        "exp_month": whole(given.get("exp_month", "12"), "card[exp_month]"),
        "exp_year": whole(given.get("exp_year", "2034"), "card[exp_year]"),
        "fingerprint": fingerprint(number),
        "funding": "credit",
        "last4": number[-4:],
    }


def find_method(account: Account, method_id: Any) -> Obj:
    """A payment method, or a fresh one for a well-known test name."""
    if str(method_id) in NAMED:
        return account.put(new_method(_card(NAMED[str(method_id)], {}), {}, account.clock.now()))
    return account.find("payment_method", method_id)


def retrieve_method(account: Account, _params: Obj, method_id: str) -> Obj:
    """A payment method."""
    return account.find("payment_method", method_id)


def list_methods(account: Account, params: Obj, customer_id: str = "") -> Obj:
    """The payment methods of a customer."""
    owner = customer_id or params.get("customer")
    rows = [row for row in account.newest("payment_method") if row["customer"] == owner]
    return page(rows, params, "/v1/payment_methods")


def attach_method(account: Account, params: Obj, method_id: str) -> Obj:
    """Save a payment method for a customer, unless the card refuses."""
    method = find_method(account, method_id)
    customer = account.find("customer", params.get("customer"))
    refusal = why_not_saved(account, method)
    if refusal:
        raise _card_error(refusal)
    return attach(account, method, customer)


def detach_method(account: Account, _params: Obj, method_id: str) -> Obj:
    """Forget a payment method; it can never be charged again."""
    method = account.find("payment_method", method_id)
    if not method["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    method["metadata"] = {**method["metadata"], "detached": "yes"}
    account.put(method, customer=None)
    account.emit("payment_method.detached", method)
    return method


def attach(account: Account, method: Obj, customer: Obj) -> Obj:
    """Tie a card to a customer."""
    if method["customer"] not in (None, customer["id"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method["metadata"].get("detached"):
        raise invalid("This PaymentMethod was previously detached. It may not be used again.")
    account.put(method, customer=customer["id"])
    account.emit("payment_method.attached", method)
    return method


def why_not_saved(account: Account, method: Obj) -> str:
    """The decline that saving this card meets; empty when it goes well."""
    if is_expired(account, method):
        return "expired_card"
    return BEHAVIOR[method["card"]["fingerprint"]].on_saving


def is_expired(account: Account, method: Obj) -> bool:
    """Whether the card's last month is over on the simulator's clock."""
    today = datetime.fromtimestamp(account.clock.now(), UTC)
    return (method["card"]["exp_year"], method["card"]["exp_month"]) < (today.year, today.month)


def _card_error(decline: str, param: str = "") -> Refused:
    code, message = decline_words(decline)
    error = {"type": "card_error", "code": code, "decline_code": decline, "message": message}
    return Refused(402, {**error, **({"param": param} if param else {})})


def create_setup(account: Account, params: Obj) -> Obj:
    """A setup intent, confirmed at once when asked."""
    if params.get("customer"):
        account.find("customer", params["customer"])
    setup = account.put(new_setup(params, account.clock.now()))
    account.emit("setup_intent.created", setup)
    return confirm_setup(account, params, setup["id"]) if params.get("confirm") == "true" else setup


def confirm_setup(account: Account, params: Obj, setup_id: str) -> Obj:
    """Save the card for off-session use. Cards that want the holder first answer `requires_action`."""
    setup = account.find("setup_intent", setup_id)
    if setup["status"] not in ("requires_confirmation", "requires_payment_method"):
        raise invalid("You cannot confirm this SetupIntent.", code="setup_intent_unexpected_state")
    method = find_method(account, params.get("payment_method") or setup["payment_method"])
    account.put(setup, payment_method=method["id"])
    refusal = why_not_saved(account, method)
    if refusal:
        error = _card_error(refusal)
        account.put(setup, status="requires_payment_method", payment_method=None, last_setup_error=error.error)
        account.emit("setup_intent.setup_failed", setup)
        raise Refused(402, {**error.error, "setup_intent": {**setup}, "payment_method": {**method}})
    if BEHAVIOR[method["card"]["fingerprint"]].on_charging == AUTHENTICATION or _wants_holder(method):
        return account.put(setup, status="requires_action", next_action={"type": "use_stripe_sdk"})
    return finish_setup(account, setup)


def _wants_holder(method: Obj) -> bool:
    return bool(method["card"]["fingerprint"] == fingerprint("4000002500003155"))


def finish_setup(account: Account, setup: Obj) -> Obj:
    """The holder has agreed: the card is saved."""
    method = account.find("payment_method", setup["payment_method"])
    if setup["customer"]:
        attach(account, method, account.find("customer", setup["customer"]))
    account.put(setup, status="succeeded", next_action=None)
    account.emit("setup_intent.succeeded", setup)
    return setup


def retrieve_setup(account: Account, _params: Obj, setup_id: str) -> Obj:
    """A setup intent."""
    return account.find("setup_intent", setup_id)


def cancel_setup(account: Account, _params: Obj, setup_id: str) -> Obj:
    """Give up a setup intent."""
    setup = account.find("setup_intent", setup_id)
    if setup["status"] == "succeeded":
        raise invalid("You cannot cancel this SetupIntent because it has a status of succeeded.")
    return account.put(setup, status="canceled")
