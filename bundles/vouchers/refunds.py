"""What is given back for a voucher, and who gets what nobody asked back. Pure. Worked tables: docs/rules/vouchers.md.

The rates follow the FTC's standard terms for gift certificates (신유형 상품권 표준약관, 2025-09-16).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bundles.vouchers.models import Breakage, Funding, Voucher, VoucherKind
from core.clock import add_months, kst_date
from core.money import BP, Won, rate_of, share

WITHDRAWAL_DAYS = 7
REFUND_MONTHS = 60
SMALL_FACE, SMALL_SHARE_BP, SHARE_BP = 10_000, 8_000, 6_000
LOW_FACE, LOW_RATE_BP, HIGH_RATE_BP = 50_000, 9_000, 9_500


class Rule(StrEnum):
    """Why money goes back."""

    SEVEN_DAYS = "seven_days"
    REST = "rest"
    AFTER_EXPIRY = "after_expiry"
    GIVEN_BY_PARTNER = "given_by_partner"


class NoRefund(StrEnum):
    """Why none does."""

    GIVEN = "given"
    USED_UP = "used_up"
    ONLY_USE = "only_use"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Held:
    """A voucher as its money stands. Won; `paid`, `city` and `platform` were paid for it, together its worth."""

    kind: str
    funding: str
    face: int
    used: int
    paid: int
    city: int
    platform: int
    earned: int
    issued_on: date
    expires_on: date

    @classmethod
    def of(cls, voucher: Voucher) -> "Held":
        """The stored voucher."""
        return cls(
            voucher.kind, voucher.funding, voucher.face_value, voucher.used, voucher.paid,
            voucher.worth - voucher.paid - voucher.platform, voucher.platform, voucher.earned,
            kst_date(voucher.issued_at), voucher.expires_on,
        )  # fmt: skip

    @property
    def worth(self) -> int:
        """All that was paid for it."""
        return self.paid + self.city + self.platform

    @property
    def last_refund_on(self) -> date:
        """The last day on which money can be asked back: five years from the day of issue (상법 §64)."""
        return add_months(self.issued_on, REFUND_MONTHS)

    def rest(self) -> "Rest":
        """What is not earned yet, shared over those who paid it."""
        return Rest(*share(self.worth - self.earned, [self.paid, self.city, self.platform]))


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a voucher's worth: the buyer's part, the municipality's, the operator's."""

    buyer: Won
    city: Won
    platform: Won


@dataclass(frozen=True, slots=True)
class Quote:
    """An amount to be given back, the rule that says so, and its rate."""

    amount: Won
    rule: Rule
    rate_bp: int = BP


def quote(held: Held, on: date) -> Quote | NoRefund:
    """What the buyer gets back on a Korean day, or why nothing. What the buyer did not pay is never paid out."""
    rest = held.rest().buyer
    if held.paid == 0:
        return NoRefund.GIVEN
    if rest <= 0 or held.used >= held.face:
        return NoRefund.USED_UP
    if on > held.last_refund_on:
        return NoRefund.TOO_LATE
    return _by_rule(held, rest, on)


def _by_rule(held: Held, rest: Won, on: date) -> Quote | NoRefund:
    if held.funding == Funding.MERCHANT:
        return Quote(rest, Rule.GIVEN_BY_PARTNER)
    if not held.used and on <= held.issued_on + timedelta(days=WITHDRAWAL_DAYS):
        return Quote(rest, Rule.SEVEN_DAYS)
    if on > held.expires_on:
        rate = LOW_RATE_BP if held.face <= LOW_FACE else HIGH_RATE_BP
        return Quote(rate_of(rest, rate), Rule.AFTER_EXPIRY, rate)
    return Quote(rest, Rule.REST) if _rest_is_due(held) else NoRefund.ONLY_USE


def _rest_is_due(held: Held) -> bool:
    """An amount voucher of which 60 % was used, 80 % when its face value is at most 10,000 won."""
    wanted = SMALL_SHARE_BP if held.face <= SMALL_FACE else SHARE_BP
    return held.kind == VoucherKind.AMOUNT and held.used * BP >= held.face * wanted


def due_after_expiry(held: Held) -> Won:
    """What can be asked back from the day after the last day on."""
    found = quote(held, held.expires_on + timedelta(days=1))
    return found.amount if isinstance(found, Quote) else Won(0)


@dataclass(frozen=True, slots=True)
class Broken:
    """Who gets what buyers paid in vain: the partner, the municipality's income, or its account for subsidies."""

    partner: Won
    income: Won
    subsidy: Won


def broken(amount: int, breakage: str, partner_bp: int) -> Broken:
    """Share breakage by the municipality's decision; the parts add up to `amount`."""
    if breakage == Breakage.CITY:
        return Broken(Won(0), Won(0), Won(amount))
    partner = rate_of(amount, partner_bp) if breakage == Breakage.PARTNER else Won(0)
    return Broken(partner, Won(amount - partner), Won(0))
