"""Terms paid in advance: the whole price, each box's part of it, and what goes back on leaving early. Pure.

Worked tables: docs/rules/terms.md. Leaving is possible at any time (방문판매법 §31). What is taken back is never more
than the discount received, nor than a tenth of the rest (§32①, 산정기준 고시).
"""

from dataclasses import dataclass

from bundles.plans.rules import Price
from core.money import BP, Won, rate_of, share

MOST_KEPT_BP = 1_000
"""Of the rest, in basis points."""


@dataclass(frozen=True, slots=True)
class Prepaid:
    """A whole term: how many boxes, what one costs without the discount (`listed`), and what is paid for all (won)."""

    boxes: int
    listed: Won
    total: Won

    @property
    def parts(self) -> list[Won]:
        """Each box's part of the total, to the won; odd won go to the first boxes."""
        return share(self.total, [1] * self.boxes)

    @property
    def discount(self) -> Won:
        """What the municipality gives for paying in advance."""
        return Won(self.boxes * self.listed - self.total)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What becomes of the rest of a term: `back` goes to the card, `kept` is the discount taken back (won)."""

    back: Won
    kept: Won


def prepaid_of(price: int, shipping: int, discount_bp: int, boxes: int, quantity: int = 1) -> Prepaid:
    """A term of boxes at an edition's price: the discount on all the goods is rounded once, shipping paid per box."""
    goods = price * quantity
    total = goods * boxes - rate_of(goods * boxes, discount_bp) + shipping * boxes
    return Prepaid(boxes, Won(goods + shipping), Won(total))


def settle_leaving(rest: int, received: int, *, is_free: bool = False) -> Leaving:
    """Split what is left of a term when a resident leaves; `received` is the discount on the boxes received, in won.

    Within the days of withdrawal it `is_free` (전자상거래법 §17): all of the rest goes back.
    """
    kept = 0 if is_free else max(0, min(received, rest * MOST_KEPT_BP // BP))
    return Leaving(Won(rest - kept), Won(kept))


def leaving_after(term: Prepaid, received: int) -> Leaving:
    """What goes back when a resident leaves after so many boxes and after the days of withdrawal."""
    rest = sum(term.parts[received:])
    return settle_leaving(rest, sum(term.listed - part for part in term.parts[:received]))


def prepaid_price(part: int, listed: int, today: Price, kept: int) -> Price:
    """What a box of a term costs: its part, or less.

    `today` is the price of the whole box under its present edition, `kept` the goods (before discount) that are really
    in it. A dearer edition costs nothing more. One cheaper than `listed` costs its own discounted price. What is left
    out comes off at its discounted price.
    """
    is_cheaper = today.goods + today.shipping < listed
    whole = min(part, today.total if is_cheaper else today.goods + today.shipping)
    shipping = min(today.shipping, whole)
    discount = today.goods + shipping - whole
    mine, _missing = share(discount, [kept, today.goods - kept])
    return Price(Won(kept), mine, Won(shipping))
