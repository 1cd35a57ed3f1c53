"""A line's money by piece: what comes off again when pieces do. Pure. Worked tables: docs/rules/refunds.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from core.money import Won, share


class Priced(Protocol):
    """A line's quantity and the won of the whole line."""

    quantity: int
    amount: int
    discount_municipality: int
    discount_platform: int
    discount_merchant: int


@dataclass(frozen=True, slots=True)
class Money:
    """Won of some pieces: what the buyer paid for them, and who gave the rest of their price."""

    paid: int = 0
    discount_municipality: int = 0
    discount_platform: int = 0
    discount_merchant: int = 0

    @property
    def amount(self) -> Won:
        """The price before discounts."""
        return Won(self.paid + self.discount_municipality + self.discount_platform + self.discount_merchant)

    def __add__(self, other: "Money") -> "Money":
        return Money(
            self.paid + other.paid,
            self.discount_municipality + other.discount_municipality,
            self.discount_platform + other.discount_platform,
            self.discount_merchant + other.discount_merchant,
        )


def money_of(line: Priced) -> Money:
    """The whole line."""
    given = (line.discount_municipality, line.discount_platform, line.discount_merchant)
    return Money(line.amount - sum(given), *given)


def by_piece(line: Priced) -> list[Money]:
    """Each piece's part by its number from 1, to the won: the odd won of each purse go to the first pieces.

    The purses are shared one by one, so that no piece costs less than nothing.
    """
    whole = money_of(line)
    purses = (whole.paid, whole.discount_municipality, whole.discount_platform, whole.discount_merchant)
    return [Money(*parts) for parts in zip(*(share(won, [1] * line.quantity) for won in purses), strict=True)]


def money_of_pieces(line: Priced, numbers: Iterable[int]) -> Money:
    """The won of these pieces."""
    pieces = by_piece(line)
    return sum((pieces[number - 1] for number in numbers), Money())
