"""The outside that moves money: what we ask of a provider and what it may answer. Knows no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class DeclineClass(StrEnum):
    """What a decline asks of us."""

    SOFT = "soft"
    """May go well later: ask again on a schedule."""
    HARD = "hard"
    """Never ask this card again: the resident brings another one."""
    AUTHENTICATION = "authentication"
    """The holder must agree in person: send a link, do not ask again by ourselves."""


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """One charge, ready to be asked. `key` is stored before asking; `amount` is whole won and includes `tax_free`."""

    key: str
    amount: int
    tax_free: int
    customer: str
    method: str
    reference: str
    """Our order number, shown to people."""
    asked_since: datetime
    """No attempt under this key is older; bounds a look-up."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The money is ours. `reference` is the provider's payment, `charge` its charge."""

    reference: str
    charge: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider answered no."""

    code: str
    klass: DeclineClass
    message: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """We do not know: the answer was lost or made no sense. Never charge again before looking up."""

    why: str = ""
    page: str = ""
    """Where the card's holder decides it, when the provider waits for that."""

    @property
    def is_throttled(self) -> bool:
        """Whether we were told to ask more slowly: the provider did not look at the request, nothing happened."""
        return self.why in THROTTLED

    @property
    def is_our_fault(self) -> bool:
        """Whether we sent a key again with other parameters: nothing was charged, and no machine may go on."""
        return self.why == OTHER_PARAMETERS


THROTTLED = frozenset({"RateLimitError", "status 429"})
CLOCKS_DIFFER = timedelta(days=1)
"""A look-up goes back so much further than we asked: a clock of ours that runs ahead must not hide a charge."""
OTHER_PARAMETERS = "the key was used with other parameters"
Outcome = Succeeded | Declined | Unknown


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A payment method that may be charged without the holder."""

    reference: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class CardPage:
    """The provider's own page for one card. `reference` is the provider's name of the visit, where it has one."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give back `amount` won of a payment, `tax_free` of it without VAT."""

    key: str
    payment: str
    amount: int
    tax_free: int = 0


@dataclass(frozen=True, slots=True)
class Refunded:
    """The provider took the refund; `state` is succeeded, pending or failed."""

    reference: str
    state: str
    key: str = ""
    tax_free: int = 0


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """One payment in the provider's own list."""

    reference: str
    key: str
    amount: int
    refunded: int
    succeeded: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class ProviderDispute:
    """A card holder's dispute as it stands now; `withdrawn` is what it has taken from our balance so far, in won."""

    reference: str
    payment: str
    amount: int
    reason: str
    state: str
    """open, review, won, lost."""
    withdrawn: int
    respond_by: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class BalanceItem:
    """One line of the provider's balance report: `amount` comes in (or goes, negative), `fee` is kept from it."""

    reference: str
    kind: str
    """charge, refund, dispute, payout, other."""
    subject: str
    """The payment, refund or dispute that it is about; of others the line itself."""
    amount: int
    fee: int
    at: datetime


class Gateway(Protocol):
    """A provider account. Raises core.errors.GatewayError where no Outcome can say what happened."""

    threads: int
    """How many may ask at once."""
    takes_numbers: bool
    """Whether card numbers may be tokenized through us: simulators only."""
    confirms: bool
    """Whether a holder can agree to one charge; where not, a new card is entered instead."""
    tells_disputes: bool
    """Whether it tells of card holders' disputes; where not, only its balance report shows what they moved."""
    page_origin: str
    """Where the provider's pages stand (scheme and host)."""

    def create_customer(self, *, key: str, name: str, email: str) -> str:
        """Register a resident; the provider's reference."""

    def save_method(self, *, key: str, customer: str, method: str) -> SavedCard | Declined:
        """Save a tokenized card for charges without the holder."""

    def tokenize(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> str | Declined:
        """A test card's token. Only simulators accept numbers."""

    def open_card_page(self, *, key: str, customer: str, back: str) -> CardPage:
        """Begin a visit to the page where a card is entered; it ends at `back`, whatever happens there."""

    def read_card_page(
        self, *, key: str, customer: str, reference: str, answers: Mapping[str, str]
    ) -> SavedCard | Declined | None:
        """The card of a visit as the provider itself tells it; None when none was entered (yet).

        `answers` came through the browser: they are asked about, never believed.
        """

    def confirm(self, request: ChargeRequest, back: str) -> Outcome:
        """Charge with the holder present. Unknown with a page: the holder decides there and comes to `back`."""

    def abandon(self, request: ChargeRequest) -> Outcome:
        """Give up a charge that waits for its holder, so that it can never happen any more; what became of it."""

    def forget_method(self, method: str) -> None:
        """Make a saved card unusable."""

    def charge(self, request: ChargeRequest) -> Outcome:
        """Ask once. The same key never charges twice within a day."""

    def lookup(self, request: ChargeRequest) -> Outcome | None:
        """What became of a charge that was asked before; None when the provider never saw it."""

    def refund(self, request: RefundRequest) -> Refunded | Declined | Unknown:
        """Ask once to give back."""

    def refunds_of(self, payment: str) -> Sequence[Refunded]:
        """The provider's refunds of a payment."""

    def payments(self, since: datetime, until: datetime) -> Iterator[ProviderPayment]:
        """Every payment of a half-open time span, for reconciliation."""

    def dispute(self, reference: str) -> ProviderDispute | None:
        """A dispute as it stands now; None when it is not ours."""

    def answer_dispute(self, reference: str, evidence: str) -> None:
        """Hand evidence in, once and for good."""

    def accept_dispute(self, reference: str) -> None:
        """Give a dispute up: it is lost."""

    def balance_lines(self, since: datetime, until: datetime) -> Iterator[BalanceItem]:
        """The balance report of a half-open time span, for reconciliation."""

    def add_endpoint(self, url: str) -> str:
        """Let the provider post its events to `url`; the signing secret."""
