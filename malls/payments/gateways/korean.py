"""The adapter for a Korean payment company: billing keys, amounts with their tax-free part, cancellations.

Its shape is the published billing interface of such companies (docs/adr/0013-a-second-gateway.md). A declined charge is
kept by the provider under its order id, so that a look-up by our key always tells.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from core.clock import kst_date
from core.errors import GatewayError
from malls.payments.gateways import (
    OTHER_PARAMETERS,
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
)
from malls.payments.gateways import korean_reading as reading
from malls.payments.gateways.lines import Line, LineLost

OK, NOT_FOUND, FORBIDDEN, THROTTLED = 200, 404, 403, 429
CANCELED = "PAY_PROCESS_CANCELED"
"""The holder went back without a card."""
REJECTED = (400, 401, 404)
PAGE = 1_000
Wire = dict[str, Any]


class KoreanGateway:
    """One account at the provider. Safe to share between threads."""

    threads = 6
    confirms = tells_disputes = False

    def __init__(
        self, secret_key: str, line: Line, *, page_origin: str, client_key: str = "", is_simulated: bool = False
    ) -> None:
        self.api_key, self.client_key = secret_key, client_key
        self.page_origin = page_origin.rstrip("/")
        self.takes_numbers = is_simulated
        self._line = line

    def create_customer(self, *, key: str, name: str, email: str) -> str:  # noqa: ARG002  this provider keeps no people
        """A customer key that nobody can guess and that is always the same for one resident."""
        return hashlib.sha256(f"{self.api_key}:{key}".encode()).hexdigest()[:40]

    def save_method(self, *, key: str, customer: str, method: str) -> SavedCard | Declined:
        """A billing key for an auth key, which the holder brought from the provider's page."""
        return self._saved(*self._issue(key, customer, method))

    def _issue(self, key: str, customer: str, auth_key: str) -> tuple[int, Wire]:
        values = {"authKey": auth_key, "customerKey": customer}
        return self._ask("POST", "/v1/billing/authorizations/issue", values, key)

    def _saved(self, status: int, body: Wire) -> SavedCard | Declined:
        if status == OK:
            return reading.saved_card(body)
        if status == FORBIDDEN:
            return reading.declined(body)
        raise _failed(status, body)

    def open_card_page(self, *, key: str, customer: str, back: str) -> CardPage:
        """The billing-auth page. The provider keeps no visit: whoever comes back brings an auth key, or why not."""
        del key
        values = {"clientKey": self.client_key, "customerKey": customer, "successUrl": back, "failUrl": back}
        return CardPage("", f"{self.page_origin}/pages/billing-auth?{urlencode(values)}")

    def read_card_page(
        self, *, key: str, customer: str, reference: str, answers: Mapping[str, str]
    ) -> SavedCard | Declined | None:
        """A billing key for the auth key that the browser brought, for our own customer key only."""
        del reference
        if answers.get("authKey"):
            status, body = self._issue(key, customer, answers["authKey"])
            return None if status in (400, NOT_FOUND) else self._saved(status, body)
        code = answers.get("code", "")
        return None if code in ("", CANCELED) else reading.declined({"code": code})

    def confirm(self, request: ChargeRequest, back: str) -> Outcome:
        """Holders are asked only when a card is entered."""
        del back
        return self.charge(request)

    def abandon(self, request: ChargeRequest) -> Outcome:
        """Nothing ever waits for a holder here: how the payment stands."""
        return self.lookup(request) or Unknown("the payment is not in the list")

    def tokenize(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> str | Declined:
        """A test card's auth key; refused on the real provider, where numbers never pass through us."""
        if not self.takes_numbers:
            message = "card numbers are never sent to the real provider"
            raise GatewayError(message, permanent=True)
        card = {"number": number, "exp_month": exp_month, "exp_year": exp_year, "cvc": cvc}
        status, body = self._ask("POST", "/v1/billing/authorizations/test", {"card": card})
        return str(body["authKey"]) if status == OK else reading.declined(body)

    def forget_method(self, method: str) -> None:
        """Delete a billing key; one that is already gone is as good."""
        self._ask("DELETE", f"/v1/billing/{method}")

    def charge(self, request: ChargeRequest) -> Outcome:
        """Ask once; whatever leaves doubt is Unknown."""
        try:
            status, body = self._line.ask(
                "POST", f"/v1/billing/{request.method}", reading.charge_params(request), request.key
            )
            return reading.outcome_of(body) if status == OK else _outcome_of(status, body)
        except LineLost as lost:
            return Unknown(str(lost))
        except (KeyError, TypeError, AttributeError):
            return Unknown("an answer that makes no sense")

    def lookup(self, request: ChargeRequest) -> Outcome | None:
        """The payment under our order id."""
        status, body = self._ask("GET", f"/v1/payments/orders/{reading.order_id(request.key)}")
        if status == NOT_FOUND:
            return None
        if status != OK:
            raise _failed(status, body)
        return reading.outcome_of(body)

    def refund(self, request: RefundRequest) -> Refunded | Declined | Unknown:
        """Ask once to give back."""
        values = {"cancelReason": request.key, "cancelAmount": request.amount, "taxFreeAmount": request.tax_free}
        try:
            status, body = self._line.ask("POST", f"/v1/payments/{request.payment}/cancel", values, request.key)
        except LineLost as lost:
            return Unknown(str(lost))
        if status == OK:
            mine = {one.key: one for one in reading.refunds_of(body)}
            return mine.get(request.key) or Unknown("the cancellation is not in the answer")
        outcome = _outcome_of(status, body)
        return outcome if isinstance(outcome, (Declined, Unknown)) else Unknown()

    def refunds_of(self, payment: str) -> Sequence[Refunded]:
        """The provider's cancellations of a payment."""
        return reading.refunds_of(self._surely("GET", f"/v1/payments/{payment}"))

    def payments(self, since: datetime, until: datetime) -> Iterator[ProviderPayment]:
        """Every payment of a half-open time span."""
        rows = reading.payments_of(self._all("/v1/transactions", since, until, _after))
        return (one for one in rows if since <= one.created < until)

    def dispute(self, reference: str) -> ProviderDispute | None:  # noqa: ARG002  the port's shape
        """Korean card companies settle objections by letter: there is nothing to fetch."""
        return None

    def answer_dispute(self, reference: str, evidence: str) -> None:
        """Not through this provider."""
        del reference, evidence
        message = "this provider takes no answers to disputes"
        raise GatewayError(message, permanent=True)

    def accept_dispute(self, reference: str) -> None:
        """Not through this provider."""
        self.answer_dispute(reference, "")

    def balance_lines(self, since: datetime, until: datetime) -> Iterator[BalanceItem]:
        """The settlement report of a half-open time span."""
        rows = map(reading.balance_item, self._all("/v1/settlements", since, until, _page))
        return (one for one in rows if since <= one.at < until)

    def add_endpoint(self, url: str) -> str:
        """Simulators take the address and give the key that seals messages; a real one is registered by hand."""
        if not self.takes_numbers:
            message = "the address of this mall is registered at the provider by hand"
            raise GatewayError(message, permanent=True)
        return str(self._surely("POST", "/v1/webhooks", {"url": url})["securityKey"])

    def _ask(self, method: str, path: str, values: Wire | None = None, key: str = "") -> tuple[int, Any]:
        try:
            return self._line.ask(method, path, values or {}, key)
        except LineLost as lost:
            raise GatewayError(str(lost), permanent=False) from lost

    def _surely(self, method: str, path: str, values: Wire | None = None) -> Any:
        status, body = self._ask(method, path, values)
        if status != OK:
            raise _failed(status, body)
        return body

    def _all(
        self, path: str, since: datetime, until: datetime, turn: Callable[[int, Sequence[Wire]], Wire]
    ) -> Iterator[Wire]:
        """Every row of a list by Korean days."""
        last = kst_date(until - timedelta(microseconds=1))
        values: Wire = {"startDate": f"{kst_date(since)}", "endDate": f"{last}"}
        number, rows = 1, self._surely("GET", path, {**values, **turn(1, [])})
        while rows:
            yield from rows
            number += 1
            rows = self._surely("GET", path, {**values, **turn(number, rows)}) if len(rows) == PAGE else []


def _after(number: int, rows: Sequence[Wire]) -> Wire:  # noqa: ARG001  the shape of a turn
    return {"limit": PAGE, **({"startingAfter": rows[-1]["transactionKey"]} if rows else {})}


def _page(number: int, rows: Sequence[Wire]) -> Wire:  # noqa: ARG001
    return {"page": number, "size": PAGE}


def _outcome_of(status: int, body: Wire) -> Outcome:
    """A card's no is an answer; a refusal of our request too; all else leaves doubt."""
    if status == FORBIDDEN:
        return reading.declined(body)
    if body.get("code") == "INVALID_IDEMPOTENCY_KEY":
        return Unknown(OTHER_PARAMETERS)
    if status == THROTTLED or status not in REJECTED:
        return Unknown(f"status {status}")
    outcome = reading.declined(body)
    return outcome if body.get("code") in reading.DECLINES else reading.refusal(outcome)


def _failed(status: int, body: Wire) -> GatewayError:
    message = f"{body.get('code')}: {body.get('message')}" if isinstance(body, dict) else f"status {status}"
    return GatewayError(message, permanent=status in (400, 401, 403, 404))
