"""When a voucher may be used, what it is worth, how pieces share a line's price. Pure. See docs/rules/vouchers.md."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.clock import KST
from core.money import Won, share

UNDO_MINUTES = 10
PAID_VALID_DAYS = 365
"""A voucher that is paid for is valid for a year at least (신유형 상품권 표준약관 §5)."""
LONGEST_SPAN = 366
ALL_WEEK = frozenset(range(1, 8))
"""ISO weekdays: Monday is 1, Sunday is 7."""


class NotNow(StrEnum):
    """Why a voucher of some terms may not be used at a moment."""

    NOT_YET = "not_yet"
    WRONG_WEEKDAY = "wrong_weekday"
    OUTSIDE_HOURS = "outside_hours"
    BLACKOUT_DAY = "blackout_day"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a voucher may be used, in Korean civil time. `expires_on` is the last day, `closes_at` is past the end."""

    expires_on: date
    starts_on: date | None = None
    weekdays: frozenset[int] = ALL_WEEK
    opens_at: time | None = None
    closes_at: time | None = None
    blackout_days: frozenset[date] = frozenset()


def why_not(terms: Terms, at: datetime) -> NotNow | None:
    """The reason why a voucher of these terms may not be used at an instant; None when it may.

    What is for ever comes before what waiting mends: expired, not yet, a day without use, the weekday, the hour.
    """
    moment = at.astimezone(KST)
    day, clock = moment.date(), moment.time()
    if day > terms.expires_on:
        return NotNow.EXPIRED
    if terms.starts_on and day < terms.starts_on:
        return NotNow.NOT_YET
    if day in terms.blackout_days:
        return NotNow.BLACKOUT_DAY
    if day.isoweekday() not in terms.weekdays:
        return NotNow.WRONG_WEEKDAY
    if (terms.opens_at and clock < terms.opens_at) or (terms.closes_at and clock >= terms.closes_at):
        return NotNow.OUTSIDE_HOURS
    return None


@dataclass(frozen=True, slots=True)
class Paid:
    """What a paid order line of `quantity` vouchers cost, and who paid its discounts. All won, for the whole line."""

    amount: int
    discount_municipality: int = 0
    discount_platform: int = 0
    discount_merchant: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One voucher's money: the buyer's part, the funders' parts, and what the partner is owed when it is used."""

    buyer: Won
    municipality: Won
    platform: Won

    @property
    def worth(self) -> Won:
        """The liability from issue to use: buyer + municipality + platform."""
        return Won(self.buyer + self.municipality + self.platform)


def pieces(paid: Paid, quantity: int, *, given_value: int = 0) -> list[Piece]:
    """A line's money shared over its vouchers to the won.

    `given_value` is the face value of a voucher that the city gives: it pays each piece up to that. What the partner
    funds itself (`discount_merchant`) is not owed to it.
    """
    buyer = paid.amount - paid.discount_municipality - paid.discount_platform - paid.discount_merchant
    parts = [share(won, [1] * quantity) for won in (buyer, paid.discount_municipality, paid.discount_platform)]
    return [
        Piece(mine, Won(city + max(0, given_value - mine - city - platform)), platform)
        for mine, city, platform in zip(*parts, strict=True)
    ]


def worth_of_part(worth: int, face: int, amount: int) -> Won:
    """What the partner earns for `amount` of a face value, cut to the won.

    The use that takes the last won of the face value earns what is left: all uses together earn the worth exactly.
    """
    return Won(worth * amount // face)


def expires_on(issued_on: date, valid_days: int) -> date:
    """The last day of use: the day of issue does not count."""
    return issued_on + timedelta(days=valid_days)


def days_of_lines(text: str) -> list[date]:
    """Days written one on a line, or spans `first ~ last`; each day once, in order. ValueError names the bad line."""
    days: set[date] = set()
    for line in filter(None, (part.strip() for part in text.replace(",", "\n").splitlines())):
        try:
            first, last = (date.fromisoformat(part.strip()) for part in (line.split("~") * 2)[:2])
        except ValueError as error:
            raise ValueError(line) from error
        if not 0 <= (last - first).days < LONGEST_SPAN:
            raise ValueError(line)
        days |= {first + timedelta(days=count) for count in range((last - first).days + 1)}
    return sorted(days)
