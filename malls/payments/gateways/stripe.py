"""Stripe through its official SDK; also the payment simulator, which speaks the same wire format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import stripe

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

T = TypeVar("T")
TIMEOUT_SECONDS = 30
CHECKOUT = "https://checkout.stripe.com"
ENDPOINT_EVENTS = [
    "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "charge.refunded",
    "refund.updated", "refund.failed", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
]  # fmt: skip


class StripeGateway:
    """One provider account. Thread-safe: each thread keeps its own connection."""

    threads = 6
    confirms = tells_disputes = True

    def __init__(self, api_key: str, api_base: str = "") -> None:
        self.takes_numbers = bool(api_base)
        self.page_origin = api_base.rstrip("/") or CHECKOUT
        bases: Any = {"api": api_base.rstrip("/")} if api_base else None
        http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
        self._client = stripe.StripeClient(api_key, base_addresses=bases, max_network_retries=0, http_client=http).v1

    def create_customer(self, *, key: str, name: str, email: str) -> str:
        """Register a resident; the provider's reference."""
        params: Any = {"name": name, "email": email}
        return _surely(lambda: self._client.customers.create(params, {"idempotency_key": key})).id

    def save_method(self, *, key: str, customer: str, method: str) -> SavedCard | Declined:
        """Set a tokenized card up for charges without the holder."""
        params: Any = {"customer": customer, "payment_method": method, "confirm": True, "usage": "off_session"}
        params["payment_method_types"] = ["card"]
        try:
            setup = _surely(lambda: self._client.setup_intents.create(params, {"idempotency_key": key}))
        except stripe.CardError as error:
            return reading.declined(_error(error))
        if setup.status != "succeeded":
            return reading.declined({"code": "authentication_required"})
        return reading.saved_card(self._method(str(setup.payment_method)))

    def _method(self, reference: str) -> dict[str, Any]:
        return _surely(lambda: self._client.payment_methods.retrieve(reference)).to_dict()

    def tokenize(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> str | Declined:
        """A test card's token; refused on the real provider, where numbers never pass through us."""
        if not self.takes_numbers:
            message = "card numbers are never sent to the real provider"
            raise GatewayError(message, permanent=True)
        card = {"number": number, "exp_month": exp_month, "exp_year": exp_year, "cvc": cvc}
        params: Any = {"type": "card", "card": card}
        try:
            return _surely(lambda: self._client.payment_methods.create(params)).id
        except stripe.CardError as error:
            return reading.declined(_error(error))

    def open_card_page(self, *, key: str, customer: str, back: str) -> CardPage:
        """A checkout session in setup mode."""
        params: Any = reading.session_params(customer, back)
        session = _surely(lambda: self._client.checkout.sessions.create(params, {"idempotency_key": key}))
        return CardPage(session.id, str(session.url))

    def read_card_page(
        self, *, key: str, customer: str, reference: str, answers: Mapping[str, str]
    ) -> SavedCard | Declined | None:
        """The session as the provider has it; what the browser says is not looked at."""
        del key, answers
        session = _surely(lambda: self._client.checkout.sessions.retrieve(reference))
        if session.status != "complete" or session.customer != customer:
            return None
        setup = _surely(lambda: self._client.setup_intents.retrieve(str(session.setup_intent)))
        return reading.saved_card(self._method(str(setup.payment_method)))

    def confirm(self, request: ChargeRequest, back: str) -> Outcome:
        """Charge with the holder present."""
        return self._ask_for(request, reading.confirm_params(request, back))

    def abandon(self, request: ChargeRequest) -> Outcome:
        """Cancel the payment that waits; one that ended meanwhile tells how."""
        intent = self._find(request)
        if intent is None:
            return Unknown("the payment is not in the list")
        try:
            return reading.abandoned(self._client.payment_intents.cancel(intent["id"]).to_dict())
        except stripe.InvalidRequestError:
            return self.lookup(request) or Unknown()
        except stripe.StripeError as error:
            return Unknown(type(error).__name__)

    def forget_method(self, method: str) -> None:
        """Detach a saved card; one that is already gone is as good."""
        try:
            self._client.payment_methods.detach(method)
        except stripe.InvalidRequestError:
            return
        except stripe.StripeError as error:
            raise _failed(error) from error

    def charge(self, request: ChargeRequest) -> Outcome:
        """Ask once; whatever leaves doubt is Unknown."""
        return self._ask_for(request, reading.charge_params(request))

    def _ask_for(self, request: ChargeRequest, params: Any) -> Outcome:
        try:
            intent = self._client.payment_intents.create(params, {"idempotency_key": request.key})
        except stripe.StripeError as error:
            return _outcome_of(error)
        return reading.outcome_of_intent(intent.to_dict())

    def lookup(self, request: ChargeRequest) -> Outcome | None:
        """Search the customer's own list, which is never stale, for our key."""
        intent = self._find(request)
        return reading.outcome_of_intent(intent) if intent else None

    def _find(self, request: ChargeRequest) -> dict[str, Any] | None:
        since = int((request.asked_since - CLOCKS_DIFFER).timestamp())
        params: Any = {"customer": request.customer, "created": {"gte": since}, "limit": 100}
        for row in _surely(lambda: self._client.payment_intents.list(params)).auto_paging_iter():
            intent: dict[str, Any] = row.to_dict()
            if (intent["metadata"] or {}).get("key") == request.key:
                return intent
        return None

    def refund(self, request: RefundRequest) -> Refunded | Declined | Unknown:
        """Ask once to give back."""
        params: Any = {
            "payment_intent": request.payment,
            "amount": reading.provider_amount(request.amount),
            "reason": "requested_by_customer",
            "metadata": reading.refund_metadata(request),
        }
        try:
            refund = self._client.refunds.create(params, {"idempotency_key": request.key})
        except stripe.StripeError as error:
            outcome = _outcome_of(error)
            return outcome if isinstance(outcome, (Declined, Unknown)) else Unknown()
        return reading.refunded(refund.to_dict())

    def refunds_of(self, payment: str) -> Sequence[Refunded]:
        """The provider's refunds of a payment."""
        params: Any = {"payment_intent": payment, "limit": 100}
        rows = _surely(lambda: self._client.refunds.list(params))
        return [reading.refunded(row.to_dict()) for row in rows.auto_paging_iter()]

    def payments(self, since: datetime, until: datetime) -> Iterator[ProviderPayment]:
        """Every payment of a half-open time span."""
        span = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params: Any = {"created": span, "limit": 100}
        for charge in _surely(lambda: self._client.charges.list(params)).auto_paging_iter():
            yield reading.payment_of_charge(charge.to_dict())

    def dispute(self, reference: str) -> ProviderDispute | None:
        """A dispute as it stands now; None when it is not ours."""
        try:
            return reading.dispute_of(self._client.disputes.retrieve(reference).to_dict())
        except stripe.InvalidRequestError:
            return None
        except stripe.StripeError as error:
            raise _failed(error) from error

    def answer_dispute(self, reference: str, evidence: str) -> None:
        """Hand evidence in, once and for good."""
        params: Any = {"evidence": {"uncategorized_text": evidence}, "submit": True}
        _surely(lambda: self._client.disputes.update(reference, params))

    def accept_dispute(self, reference: str) -> None:
        """Give a dispute up: it is lost."""
        _surely(lambda: self._client.disputes.close(reference))

    def balance_lines(self, since: datetime, until: datetime) -> Iterator[BalanceItem]:
        """The balance report of a half-open time span."""
        span = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params: Any = {"created": span, "limit": 100, "expand": ["data.source"]}
        for line in _surely(lambda: self._client.balance_transactions.list(params)).auto_paging_iter():
            yield reading.balance_item(line.to_dict())

    def add_endpoint(self, url: str) -> str:
        """Let the provider post its events to `url`; the signing secret."""
        kinds = ["*"] if self.takes_numbers else ENDPOINT_EVENTS
        params: Any = {"url": url, "enabled_events": kinds}
        return _surely(lambda: self._client.webhook_endpoints.create(params)).secret or ""


def _error(error: stripe.StripeError) -> dict[str, Any]:
    body: Any = error.json_body or {}
    return dict(body.get("error") or {})


def _outcome_of(error: stripe.StripeError) -> Outcome:
    """A card's no is an answer; a refusal of our request too; all else leaves doubt."""
    if isinstance(error, stripe.CardError):
        return reading.declined(_error(error))
    if isinstance(error, (stripe.InvalidRequestError, stripe.IdempotencyError)):
        return reading.rejected(_error(error))
    return Unknown(type(error).__name__)


def _surely(ask: Callable[[], T]) -> T:
    """Ask for something that charges nobody; all failures but a card's own no become GatewayError."""
    try:
        return ask()
    except stripe.CardError:
        raise
    except stripe.StripeError as error:
        raise _failed(error) from error


def _failed(error: stripe.StripeError) -> GatewayError:
    permanent = isinstance(error, (stripe.AuthenticationError, stripe.PermissionError, stripe.InvalidRequestError))
    return GatewayError(f"{type(error).__name__}: {error.user_message or ''}", permanent=permanent)
