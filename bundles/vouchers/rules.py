"""What a voucher is worth and how its pieces share a line's price. Pure. Worked tables: docs/rules/vouchers.md."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.money import Won, share

UNDO_MINUTES = 10


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


def expires_on(issued_on: date, valid_days: int) -> date:
    """The last day of use: the day of issue does not count."""
    return issued_on + timedelta(days=valid_days)
