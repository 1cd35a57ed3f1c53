"""A box as it is written on a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.boxes.contents import Item
from bundles.boxes.models import Remedy, Share
from bundles.boxes.queries import Box, alternatives_of
from malls.orders.models import OrderLine
from ui.cards import Picture, picture_of
from ui.templatetags.ui import kdate, won


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in the box. `component` is 0 for an add-on; `extra` is won on top."""

    name: str
    merchant: str
    amount: str
    picture: Picture
    origin: str
    allergens: str
    extra: int
    component: int
    add_on: int
    pieces: int
    can_swap: bool
    is_swapped: bool
    is_new: bool


def rows_of(box: Box, before: Sequence[OrderLine]) -> list[Row]:
    """Everything in the box; marked as new is what the last one did not hold."""
    swappable = {one.component_id for one in alternatives_of(box.edition, is_paid=box.is_paid)}
    swapped = {one.component_id for one in box.chosen.swaps}
    riding = {one.add_on.product_id: one.add_on_id for one in box.chosen.extras}
    known = {line.name for line in before}
    return [
        _row(item, swappable, swapped, riding, is_new=bool(before) and item.thing.name not in known)
        for item in box.contents.items
    ]


def _row(item: Item, swappable: set[int], swapped: set[int], riding: dict[int, int], *, is_new: bool) -> Row:
    product, voucher, component = item.product, item.voucher, item.slot.component
    pieces = item.slot.pieces
    return Row(
        name=item.thing.name,
        merchant=product.merchant.name if product else voucher.partner.name if voucher else "",
        amount=" × ".join(filter(None, [product.spec if product else "", str(pieces)])),
        picture=picture_of(None, name=product.name if product else "체험권 입장권"),
        origin=product.origin if product else "",
        allergens=", ".join(str(one) for one in product.allergens or []) if product else "",
        extra=item.slot.extra,
        component=component or 0,
        add_on=riding.get(product.pk, 0) if product and component is None else 0,
        pieces=pieces,
        can_swap=component in swappable or component in swapped,
        is_swapped=component in swapped,
        is_new=is_new,
    )


def gone(box: Box, before: Iterable[OrderLine]) -> list[str]:
    """What the last box held and this one does not."""
    now = {item.thing.name for item in box.contents.items}
    return list(dict.fromkeys(line.name for line in before if line.name not in now))


def told_of(share: Share) -> str:
    """What is short in a box, and what is done about it."""
    known = {
        "name": share.shortage.product.name,
        "substitute": share.substitute.name if share.substitute else "",
        "day": kdate(share.answer_by, "short") if share.answer_by else "",
    }
    if share.remedy == Remedy.SUBSTITUTE and share.substitute:
        return _("%(name)s is short. %(substitute)s comes instead, at no extra price.") % known
    if share.remedy == Remedy.SKIP:
        return _("%(name)s is short. This box is skipped and not charged.") % known
    if share.remedy == Remedy.ASK:
        return _("%(name)s is short. Please tell us until %(day)s what we should do.") % known
    return _("%(name)s is short. It is left out and the box costs less.") % known


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about a box with the page on which it is decided, if it is."""

    text: str
    href: str


def tell(shares: Iterable[Share]) -> list[Told]:
    """Every shortage of boxes, with a way to answer where one was asked."""
    return [
        Told(told_of(one), reverse("box-question", args=[one.cycle_id, one.pk]) if one.answer_by else "")
        for one in shares
    ]


def effect(before: int, after: int, bill_on: date, *, is_paid: bool = False) -> list[str]:
    """What a change of a box means in won."""
    if is_paid:
        return [
            _("This box is paid in advance; nothing is charged for the change."),
            _("You can change or undo this until the end of the day before it is billed."),
        ]
    told = [
        _("This box: %(before)s until now, %(after)s from now on.") % {"before": won(before), "after": won(after)},
        _("%(after)s is charged once, on %(day)s. The boxes after it cost what they did.")
        % {"after": won(after), "day": kdate(bill_on)},
    ]
    return [*told, _("You can change or undo this until the end of the day before it is billed.")]
