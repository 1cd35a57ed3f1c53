"""The sums of an order over plain values: no database, no clock.

amount: a line's share of the price, VAT inside, before discounts · paid = amount − its discounts · goods = Σ amounts ·
total = goods − discount + shipping. Shipping is taxable; lines may be tax free (부가가치세법 §26).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.money import BP, Won, share, vat_inside
from malls.orders.errors import NothingOrdered, SumsWrong

EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Funding:
    """Who pays a discount, in basis points that add up to 10,000."""

    municipality_bp: int = BP
    platform_bp: int = 0
    merchant_bp: int = 0

    def __post_init__(self) -> None:
        if self.municipality_bp + self.platform_bp + self.merchant_bp != BP:
            message = "funding shares must add up to 10,000 basis points"
            raise ValueError(message)

    def split(self, discount: int) -> tuple[Won, Won, Won]:
        """A discount by funder: municipality, platform, merchant."""
        municipality, platform, merchant = share(discount, [self.municipality_bp, self.platform_bp, self.merchant_bp])
        return municipality, platform, merchant


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One component as it will be promised; see `models.OrderLine`."""

    kind: str
    payee_ref: str
    payee_name: str
    name: str
    quantity: int
    amount: int
    tax_type: str
    commission_bp: int
    product_id: int | None = None
    voucher_type_id: int | None = None
    spec: str = ""
    list_amount: int = 0
    discount_municipality: int = 0
    discount_platform: int = 0
    discount_merchant: int = 0

    @property
    def discount(self) -> Won:
        """The whole discount of the line."""
        return Won(self.discount_municipality + self.discount_platform + self.discount_merchant)

    @property
    def paid(self) -> Won:
        """What the buyer pays for the line."""
        return Won(self.amount - self.discount)


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """One order as it will be placed. `source` names what asked for it, once and for ever (`cycle:17`)."""

    source: str
    resident_id: int
    title: str
    lines: tuple[LineDraft, ...]
    recipient: str
    phone: str
    postcode: str
    line1: str
    line2: str = ""
    request: str = ""
    shipping: int = 0
    ship_on: date | None = None
    deliver_on: date | None = None

    @property
    def sums(self) -> "Sums":
        """The order's own amounts."""
        return sums_of(self)


@dataclass(frozen=True, slots=True)
class Sums:
    """An order's amounts: goods − discount + shipping = total; `tax_free` is the part of the total without VAT."""

    goods: Won
    discount: Won
    shipping: Won
    total: Won
    tax_free: Won

    @property
    def vat(self) -> Won:
        """The VAT inside the total."""
        return vat_inside(self.total - self.tax_free)[1]


def sums_of(draft: OrderDraft) -> Sums:
    """Add an order up; refuses what cannot be promised."""
    if not draft.lines:
        raise NothingOrdered
    for line in draft.lines:
        parts = (line.amount, line.discount_municipality, line.discount_platform, line.discount_merchant)
        if min(parts) < 0 or line.paid < 0 or line.quantity < 1:
            raise SumsWrong(name=line.name)
    if draft.shipping < 0:
        raise SumsWrong(name=draft.title)
    goods = sum(line.amount for line in draft.lines)
    discount = sum(line.discount for line in draft.lines)
    free = sum(line.paid for line in draft.lines if line.tax_type == EXEMPT)
    return Sums(Won(goods), Won(discount), Won(draft.shipping), Won(goods - discount + draft.shipping), Won(free))


def discounts_of(discount: int, amounts: Sequence[int], funding: Funding) -> list[tuple[Won, Won, Won]]:
    """A whole discount over lines by their amounts, each part by funder; no won appears or vanishes."""
    return [funding.split(part) for part in share(discount, amounts)]
