"""What a pick list is, and what a tracking number looks like. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

COURIERS = {
    "cj": "CJ대한통운",
    "epost": "우체국택배",
    "hanjin": "한진택배",
    "lotte": "롯데택배",
    "logen": "로젠택배",
}
SHORTEST, LONGEST = 8, 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of one box."""

    shipment_id: int
    order_number: str
    recipient: str
    merchant: str
    name: str
    spec: str
    storage: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Pick:
    """How many of one product must be fetched for all boxes of the day."""

    merchant: str
    name: str
    spec: str
    storage: str
    quantity: int
    boxes: int


def picks_of(pieces: Iterable[Piece]) -> list[Pick]:
    """The day's pieces by product, ordered by merchant and name."""
    quantity: dict[tuple[str, str, str, str], int] = defaultdict(int)
    boxes: dict[tuple[str, str, str, str], set[int]] = defaultdict(set)
    for piece in pieces:
        key = (piece.merchant, piece.name, piece.spec, piece.storage)
        quantity[key] += piece.quantity
        boxes[key].add(piece.shipment_id)
    return [Pick(*key, quantity=quantity[key], boxes=len(boxes[key])) for key in sorted(quantity)]


def tracking_digits(text: str) -> str | None:
    """A typed tracking number as its digits; None when it cannot be one."""
    digits = "".join(letter for letter in text if letter not in " -")
    return digits if digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST else None


def masked_name(name: str) -> str:
    """A recipient as a printed list shows them: 김○수."""
    if len(name) <= 1:
        return name
    return f"{name[0]}○{name[2:]}"
