"""What boxes hold: the edition's components, unless somebody chose or something is short. Set-wise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from bundles.boxes.models import BoxSettings, Extra, Remedy, Share, Swap
from bundles.boxes.rules import Lack, Slot, without
from bundles.plans.models import Component, Edition
from bundles.subscriptions.models import Cycle
from bundles.vouchers.models import VoucherType
from malls.catalog.models import Product

Pair = tuple[Cycle, Edition]


@dataclass(frozen=True, slots=True)
class Item:
    """A filled place in the box with the product or voucher in it; `worth` is its price apart in won."""

    slot: Slot
    product: Product | None
    voucher: VoucherType | None
    worth: int

    @property
    def thing(self) -> Product | VoucherType:
        """What lies there."""
        found = self.product or self.voucher
        if found is None:
            raise ValueError(self.slot)
        return found


@dataclass(frozen=True, slots=True)
class Contents:
    """A box as it will be. Without items it is skipped."""

    items: tuple[Item, ...]

    @property
    def slots(self) -> list[Slot]:
        """The places for the sums."""
        return [item.slot for item in self.items]

    @property
    def extra(self) -> int:
        """What comes on top of the edition's price, in won."""
        return sum(item.slot.extra for item in self.items)

    @property
    def pieces(self) -> Counter[int]:
        """How many pieces of which product it needs."""
        return pieces_of(self.slots)


@dataclass(slots=True)
class Chosen:
    """What is known of one box apart from its edition."""

    swaps: list[Swap] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    @property
    def agreed(self) -> int:
        """What the resident agreed to pay on top of the standing agreement, in won."""
        return sum(one.agreed for one in self.swaps) + sum(one.amount for one in self.extras)


def pieces_of(slots: Iterable[Slot]) -> Counter[int]:
    """Pieces by product."""
    found: Counter[int] = Counter()
    for slot in slots:
        if slot.product is not None:
            found[slot.product] += slot.pieces
    return found


def contents_of(pairs: Sequence[Pair]) -> dict[int, Contents]:
    """The contents of those boxes (by cycle) that differ from their edition: one statement if none does, else five."""
    chosen = chosen_of([cycle for cycle, _ in pairs])
    if not chosen:
        return {}
    fallback = box_settings().fallback
    return {
        cycle.pk: filled(edition, cycle.subscription.quantity, chosen[cycle.pk], fallback)
        for cycle, edition in pairs
        if cycle.pk in chosen
    }


def box_settings() -> BoxSettings:
    """The mall's rules; the model's defaults until staff said otherwise."""
    return BoxSettings.objects.order_by("pk").first() or BoxSettings()


def chosen_of(cycles: Sequence[Cycle]) -> dict[int, Chosen]:
    """Swaps, add-ons and shortages by cycle; cycles without any are left out."""
    mine = OuterRef("pk")
    swapped, added = Exists(Swap.objects.filter(cycle=mine)), Exists(Extra.objects.filter(cycle=mine))
    lacking = Exists(Share.objects.filter(cycle=mine, is_served=False))
    wanted = Cycle.objects.filter(Q(swapped) | Q(added) | Q(lacking), pk__in=[cycle.pk for cycle in cycles])
    found: dict[int, Chosen] = defaultdict(Chosen)
    pks = list(wanted.order_by().values_list("pk", flat=True))
    if not pks:
        return {}
    for swap in Swap.objects.filter(cycle__in=pks).select_related("alternative__product__merchant"):
        found[swap.cycle_id].swaps.append(swap)
    for extra in Extra.objects.filter(cycle__in=pks).select_related("add_on__product__merchant"):
        found[extra.cycle_id].extras.append(extra)
    shares = Share.objects.filter(cycle__in=pks, is_served=False)
    for share in shares.select_related("shortage__product", "substitute__merchant"):
        found[share.cycle_id].shares.append(share)
    return dict(found)


def filled(edition: Edition, boxes: int, chosen: Chosen, fallback: str = Remedy.LEAVE_OUT) -> Contents:
    """The box of a resident who gets `boxes` of them: swaps, add-ons, then what is short.

    A swap counts while its component is in the edition and its price is within what was agreed to.
    """
    lacks = {one.shortage.product_id: _lack(one, fallback) for one in chosen.shares}
    return assembled(edition, without(wanted_slots(edition, boxes, chosen), lacks), chosen)


def wanted_slots(edition: Edition, boxes: int, chosen: Chosen) -> list[Slot]:
    """The box as its resident wants it, before anything is found to be short."""
    swaps = {one.component_id: one for one in chosen.swaps if one.extra * boxes <= one.agreed}
    slots = []
    for component in edition.components.all():
        slot = slot_of(component, boxes)
        swap = swaps.get(component.pk)
        if swap:
            there = swap.alternative
            slot = slot.swapped(there.product_id, there.pieces * boxes, swap.extra * boxes)
        slots.append(slot)
    return slots + [Slot(None, one.add_on.product_id, one.pieces, 0, one.amount) for one in chosen.extras]


def slot_of(component: Component, boxes: int) -> Slot:
    """A component as the sums see it."""
    return Slot(component.pk, component.product_id, component.quantity * boxes, component.allocated * boxes)


def assembled(edition: Edition, slots: Iterable[Slot], chosen: Chosen) -> Contents:
    """Places with what lies in them."""
    components = {component.pk: component for component in edition.components.all()}
    products = _products(components, chosen)
    return Contents(tuple(_item(slot, components, products) for slot in slots))


def plain(edition: Edition, boxes: int) -> Contents:
    """The box of which nobody chose anything."""
    return filled(edition, boxes, Chosen())


def _item(slot: Slot, components: Mapping[int, Component], products: Mapping[int, Product]) -> Item:
    component = components.get(slot.component or 0)
    if slot.product is None:
        voucher = component.voucher_type if component else None
        return Item(slot, None, voucher, component.unit_price * slot.pieces if component else 0)
    kept = component is not None and component.product_id == slot.product
    each = component.unit_price if component and kept else products[slot.product].price
    return Item(slot, products[slot.product], None, each * slot.pieces)


def _products(components: Mapping[int, Component], chosen: Chosen) -> dict[int, Product]:
    found = {one.product.pk: one.product for one in components.values() if one.product}
    found |= {one.alternative.product_id: one.alternative.product for one in chosen.swaps}
    found |= {one.add_on.product_id: one.add_on.product for one in chosen.extras}
    found |= {one.substitute.pk: one.substitute for one in chosen.shares if one.substitute}
    return found


def _lack(share: Share, fallback: str) -> Lack:
    """What is done; a question without an answer is decided by the mall's fallback."""
    remedy = share.remedy if share.remedy != Remedy.ASK else fallback
    return Lack(remedy, share.substitute_id, share.substitute_pieces)
