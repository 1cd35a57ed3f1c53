"""How a box is filled, what it then costs, and who goes without. Pure. Worked tables: docs/rules/boxes.md."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bundles.plans.rules import Price
from core.money import Won, rate_of

SUBSTITUTE, LEAVE_OUT, SKIP, ASK = "substitute", "leave_out", "skip", "ask"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the box, for all the boxes of the subscription together.

    `base` is its part of the edition's price, `extra` what the resident agreed to pay on top (won). `component` is None
    for an add-on, `product` is None for a voucher.
    """

    component: int | None
    product: int | None
    pieces: int
    base: int
    extra: int = 0

    @property
    def amount(self) -> int:
        """What the line costs before the term discount."""
        return self.base + self.extra

    def swapped(self, product: int, pieces: int, extra: int) -> "Slot":
        """Another product in the same place: it takes over the part of the edition's price and adds the extra."""
        return replace(self, product=product, pieces=pieces, extra=extra)


@dataclass(frozen=True, slots=True)
class Lack:
    """What is done in one box about one product that it does not get."""

    remedy: str
    substitute: int | None = None
    pieces: int = 0


def without(slots: Sequence[Slot], lacks: Mapping[int, Lack]) -> tuple[Slot, ...]:
    """The box without what is short; empty when the box is skipped.

    An add-on is always left out and never skips a box. A substitute costs nothing extra. A box in which nothing remains
    that carries a part of the edition's price is skipped.
    """
    kept: list[Slot] = []
    for slot in slots:
        lack = lacks.get(slot.product) if slot.product else None
        if lack is None:
            kept.append(slot)
        elif slot.component is not None and lack.remedy == SKIP:
            return ()
        elif slot.component is not None and lack.remedy == SUBSTITUTE and lack.substitute:
            kept.append(slot.swapped(lack.substitute, lack.pieces, 0))
    return tuple(kept) if any(slot.base for slot in kept) else ()


def price_of_slots(slots: Sequence[Slot], shipping: int, discount_bp: int) -> Price:
    """What a filled box costs: the term discount comes off the edition's price only, rounded once; shipping once."""
    base = sum(slot.base for slot in slots)
    goods = base + sum(slot.extra for slot in slots)
    return Price(Won(goods), rate_of(base, discount_bp), Won(shipping))


@dataclass(frozen=True, slots=True)
class Claimant:
    """A box that needs pieces of a product that is short. `without` counts how often its subscription went without."""

    box: int
    pieces: int
    went_without: int
    since: date
    lot: str

    @property
    def turn(self) -> tuple[int, date, str]:
        """Its place in the queue: smaller is earlier."""
        return (-self.went_without, self.since, self.lot)


def lot_of(product: int, subscription: int, number: int) -> str:
    """The lottery's number of a box for a product: a hash that nobody can choose and anybody can check."""
    return hashlib.sha256(f"{product}:{subscription}:{number}".encode()).hexdigest()


def share_out(available: int, claimants: Sequence[Claimant]) -> set[int]:
    """The boxes that get the product: who went without most often, who subscribed first, then the lottery.

    A box that needs more than what is left lets the next one pass.
    """
    served: set[int] = set()
    left = available
    for one in sorted(claimants, key=lambda claimant: claimant.turn):
        if one.pieces <= left:
            served.add(one.box)
            left -= one.pieces
    return served


def substitute_for(candidates: Sequence[tuple[int, int]], left: Mapping[int, int]) -> tuple[int, int] | None:
    """The first candidate (product, pieces) of which enough is left; None when there is none."""
    return next(((product, pieces) for product, pieces in candidates if left.get(product, 0) >= pieces), None)
