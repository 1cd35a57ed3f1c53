"""How an edition's price stands on its components. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bundles.plans.errors import (
    AmountNegative,
    ComponentNotOffered,
    NoComponents,
    NothingPriced,
    PriceAboveWorth,
    PriceNotPositive,
)
from core.errors import Refusal
from core.money import Won, rate_of, share


@dataclass(frozen=True, slots=True)
class Part:
    """One component as it is weighed: price apart per piece, pieces, and whether it may be promised today."""

    name: str
    unit_price: int
    quantity: int
    is_offered: bool = True

    @property
    def worth(self) -> int:
        """Its price apart for the whole quantity."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Price:
    """What one delivery costs: goods − term discount + shipping = total. All won, VAT inside."""

    goods: Won
    discount: Won
    shipping: Won

    @property
    def total(self) -> Won:
        """What is charged."""
        return Won(self.goods - self.discount + self.shipping)


def allocate(price: int, parts: Sequence[Part]) -> list[Won]:
    """The edition's price split over its parts by worth, to the won, by largest remainder."""
    return share(price, [part.worth for part in parts])


def price_of(price: int, shipping: int, discount_bp: int, quantity: int = 1) -> Price:
    """What `quantity` boxes of an edition cost per delivery: the discount is rounded once, shipping is paid once."""
    goods = price * quantity
    return Price(Won(goods), rate_of(goods, discount_bp), Won(shipping))


def problems(price: int, shipping: int, parts: Sequence[Part]) -> list[Refusal]:
    """Every reason why an edition of these parts at this price cannot be published; empty when it can."""
    found: list[Refusal] = []
    if price <= 0:
        found.append(PriceNotPositive())
    if shipping < 0:
        found.append(AmountNegative(name=_("shipping")))
    found += [AmountNegative(name=part.name) for part in parts if part.unit_price < 0]
    found += [ComponentNotOffered(name=part.name) for part in parts if not part.is_offered]
    worth = sum(part.worth for part in parts)
    if not parts:
        found.append(NoComponents())
    elif worth <= 0:
        found.append(NothingPriced())
    elif price > worth:
        found.append(PriceAboveWorth(price=f"{price:,}", worth=f"{worth:,}"))
    return found


def cut_percent(worth: int, price: int) -> int:
    """How much cheaper than apart, in whole percent, rounded down; 0 when it is not."""
    return max(0, (worth - price) * 100 // worth) if worth > 0 else 0
