"""The payment simulator without HTTP: the same judging core in this process, for tests, benchmarks and simulations."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import GatewayError
from malls.payments.gateways import (
    CLOCKS_DIFFER,
    BalanceItem,
    CardPage,
    ChargeRequest,
    Declined,
    Outcome,
    ProviderDispute,
    ProviderPayment,
    Refunded,
    RefundRequest,
    SavedCard,
    Unknown,
    reading,
)
from malls.payments.simulator.faults import AnswerLost
from malls.payments.simulator.provider import Call, Provider

Wire = dict[str, Any]
OK, CARD_ERROR, REJECTED = 200, 402, (400, 404)


class MemoryGateway:
    """One account of an in-process provider. Each `api_key` is an account of its own."""

    threads = 1
    takes_numbers = confirms = tells_disputes = True

    def __init__(self, api_key: str = "sk_test_memory", provider: Provider | None = None) -> None:
        self.api_key = api_key
        self.provider = provider or Provider()
        self.asked = 0
        """How many charges reached the provider's door."""
        self.page_origin = self.provider.address
        self._counting = threading.Lock()

    def create_customer(self, *, key: str, name: str, email: str) -> str:
        """Register a resident; the provider's reference."""
        return str(self._surely("POST", "customers", {"name": name, "email": email}, key)["id"])

    def save_method(self, *, key: str, customer: str, method: str) -> SavedCard | Declined:
        """Set a tokenized card up for charges without the holder."""
        params = {"customer": customer, "payment_method": method, "confirm": True, "usage": "off_session"}
        status, body = self._ask("POST", "setup_intents", params, key)
        if status == CARD_ERROR:
            return reading.declined(body["error"])
        if status != OK:
            raise _failed(status, body)
        if body["status"] != "succeeded":
            return reading.declined({"code": "authentication_required"})
        return reading.saved_card(self._surely("GET", f"payment_methods/{body['payment_method']}"))

    def tokenize(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> str | Declined:
        """A test card's token."""
        card = {"number": number, "exp_month": exp_month, "exp_year": exp_year, "cvc": cvc}
        status, body = self._ask("POST", "payment_methods", {"type": "card", "card": card})
        return str(body["id"]) if status == OK else reading.declined(body["error"])

    def open_card_page(self, *, key: str, customer: str, back: str) -> CardPage:
        """A checkout session in setup mode."""
        session = self._surely("POST", "checkout/sessions", reading.session_params(customer, back), key)
        return CardPage(session["id"], session["url"])

    def read_card_page(
        self, *, key: str, customer: str, reference: str, answers: Mapping[str, str]
    ) -> SavedCard | Declined | None:
        """The session as the provider has it; what the browser says is not looked at."""
        del key, answers
        session = self._surely("GET", f"checkout/sessions/{reference}")
        if session["status"] != "complete" or session["customer"] != customer:
            return None
        setup = self._surely("GET", f"setup_intents/{session['setup_intent']}")
        return reading.saved_card(self._surely("GET", f"payment_methods/{setup['payment_method']}"))

    def confirm(self, request: ChargeRequest, back: str) -> Outcome:
        """Charge with the holder present."""
        return self._ask_for(request, reading.confirm_params(request, back))

    def abandon(self, request: ChargeRequest) -> Outcome:
        """Cancel the payment that waits."""
        intent = self._find(request)
        if intent is None:
            return Unknown("the payment is not in the list")
        status, body = self._ask("POST", f"payment_intents/{intent['id']}/cancel")
        return reading.abandoned(body) if status == OK else self.lookup(request) or Unknown()

    def forget_method(self, method: str) -> None:
        """Detach a saved card; one that is already gone is as good."""
        self._ask("POST", f"payment_methods/{method}/detach")

    def charge(self, request: ChargeRequest) -> Outcome:
        """Ask once; whatever leaves doubt is Unknown."""
        return self._ask_for(request, reading.charge_params(request))

    def _ask_for(self, request: ChargeRequest, params: Wire) -> Outcome:
        with self._counting:
            self.asked += 1
        try:
            status, body = self._call("POST", "payment_intents", params, request.key)
        except AnswerLost:
            return Unknown("AnswerLost")
        return reading.outcome_of_intent(body) if status == OK else _outcome_of(status, body)

    def lookup(self, request: ChargeRequest) -> Outcome | None:
        """Search the customer's own list for our key."""
        intent = self._find(request)
        return reading.outcome_of_intent(intent) if intent else None

    def _find(self, request: ChargeRequest) -> Wire | None:
        since = int((request.asked_since - CLOCKS_DIFFER).timestamp())
        for intent in self._all("payment_intents", {"customer": request.customer, "created": {"gte": since}}):
            if intent["metadata"].get("key") == request.key:
                return intent
        return None

    def refund(self, request: RefundRequest) -> Refunded | Declined | Unknown:
        """Ask once to give back."""
        amount = reading.provider_amount(request.amount)
        params = {"payment_intent": request.payment, "amount": amount, "metadata": reading.refund_metadata(request)}
        try:
            status, body = self._call("POST", "refunds", params, request.key)
        except AnswerLost:
            return Unknown("AnswerLost")
        if status == OK:
            return reading.refunded(body)
        outcome = _outcome_of(status, body)
        return outcome if isinstance(outcome, (Declined, Unknown)) else Unknown()

    def refunds_of(self, payment: str) -> Sequence[Refunded]:
        """The provider's refunds of a payment."""
        return [reading.refunded(row) for row in self._all("refunds", {"payment_intent": payment})]

    def payments(self, since: datetime, until: datetime) -> Iterator[ProviderPayment]:
        """Every payment of a half-open time span."""
        span = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        return map(reading.payment_of_charge, self._all("charges", {"created": span}))

    def dispute(self, reference: str) -> ProviderDispute | None:
        """A dispute as it stands now; None when it is not ours."""
        status, body = self._ask("GET", f"disputes/{reference}")
        return reading.dispute_of(body) if status == OK else None

    def answer_dispute(self, reference: str, evidence: str) -> None:
        """Hand evidence in, once and for good."""
        self._surely("POST", f"disputes/{reference}", {"evidence": {"uncategorized_text": evidence}, "submit": True})

    def accept_dispute(self, reference: str) -> None:
        """Give a dispute up: it is lost."""
        self._surely("POST", f"disputes/{reference}/close")

    def balance_lines(self, since: datetime, until: datetime) -> Iterator[BalanceItem]:
        """The balance report of a half-open time span."""
        span = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params = {"created": span, "expand": ["data.source"]}
        return map(reading.balance_item, self._all("balance_transactions", params))

    def add_endpoint(self, url: str) -> str:
        """Events are not posted in memory; the secret is real all the same."""
        return str(self._surely("POST", "webhook_endpoints", {"url": url, "enabled_events": ["*"]})["secret"])

    def script(self, method: str, declines: Sequence[str]) -> None:
        """The next results of a saved card: decline codes in order, empty text for a success."""
        self.provider.account(self.api_key).moods[method] = list(declines)

    def set_clock(self, at: datetime) -> None:
        """Live at this instant from now on."""
        self.provider.clock.set(at.timestamp())

    def charges(self) -> list[Wire]:
        """Every charge of the account, oldest first."""
        return list(self.provider.account(self.api_key).all("charge").values())

    def _call(self, method: str, path: str, params: Wire | None = None, key: str = "") -> tuple[int, Wire]:
        reply = self.provider.answer(Call(self.api_key, method, f"/v1/{path}", _as_text(params or {}), key))
        return reply.status, json.loads(reply.body)

    def _ask(self, method: str, path: str, params: Wire | None = None, key: str = "") -> tuple[int, Wire]:
        try:
            return self._call(method, path, params, key)
        except AnswerLost as lost:
            message = "the answer was lost"
            raise GatewayError(message, permanent=False) from lost

    def _surely(self, method: str, path: str, params: Wire | None = None, key: str = "") -> Wire:
        status, body = self._ask(method, path, params, key)
        if status != OK:
            raise _failed(status, body)
        return body

    def _all(self, path: str, params: Wire) -> Iterator[Wire]:
        more = True
        after: Wire = {}
        while more:
            page = self._surely("GET", path, {**params, **after, "limit": 100})
            yield from page["data"]
            more = page["has_more"]
            after = {"starting_after": page["data"][-1]["id"]} if page["data"] else {}


def _as_text(value: Any) -> Any:
    """Parameters as they would come off the wire: all leaves are text."""
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _outcome_of(status: int, body: Wire) -> Outcome:
    if status == CARD_ERROR:
        return reading.declined(body["error"])
    return reading.rejected(body["error"]) if status in REJECTED else Unknown(f"status {status}")


def _failed(status: int, body: Wire) -> GatewayError:
    return GatewayError(body["error"]["message"], permanent=status in (400, 401, 403, 404))
