"""What billing asks: the contents of the boxes that are due, decided before anybody is charged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from bundles.boxes.actions.foreseeing import AHEAD, boxes_until, propose
from bundles.boxes.contents import Contents, Pair, contents_of, pieces_of, slot_of
from bundles.boxes.models import Share, Shortage, ShortageState
from bundles.subscriptions.actions import ensure_cycles
from bundles.subscriptions.models import Cycle, CycleState, SkippedFor
from core.actor import Actor
from core.state import move_many
from malls.catalog.models import Stock
from malls.orders.stock import lock_available


def open_boxes(pairs: Sequence[Pair], on: date, *, by: Actor, at: datetime) -> dict[int, Contents]:
    """The contents of those due boxes (by cycle) that differ from their edition; the caller holds the boxes locked.

    Two statements when nobody chose anything and enough is there. What is short is shared out by the rule first; a box
    that is skipped for it is moved here and comes back without items.
    """
    contents = contents_of(pairs)
    needed = _needed(pairs, contents)
    short = _short(needed)
    if short:
        lock_available(Stock.objects.values_list("pk", flat=True))  # all, in order: substitutes come from anywhere
        propose(short, boxes_until(on + AHEAD), by=by, at=at)
        contents = contents_of(pairs)
    _skip([cycle for cycle, _ in pairs if cycle.pk in contents and not contents[cycle.pk].items], on, by, at)
    return contents


def _needed(pairs: Sequence[Pair], contents: Mapping[int, Contents]) -> dict[int, Counter[int]]:
    """Pieces by product and box; boxes that are alike are counted once."""
    alike: dict[tuple[int, int], Counter[int]] = {}
    found = {}
    for cycle, edition in pairs:
        kind = (edition.pk, cycle.subscription.quantity)
        if cycle.pk in contents:
            found[cycle.pk] = contents[cycle.pk].pieces
        else:
            if kind not in alike:
                alike[kind] = pieces_of(slot_of(one, kind[1]) for one in edition.components.all())
            found[cycle.pk] = alike[kind]
    return found


def _short(needed: Mapping[int, Counter[int]]) -> set[int]:
    """Products that these boxes need more of than there is, or that are shared out among boxes not yet known."""
    total: Counter[int] = Counter()
    for pieces in needed.values():
        total.update(pieces)
    live = Shortage.objects.exclude(state=ShortageState.OVER).filter(product=OuterRef("pk"))
    stock = {row.pk: row for row in Stock.objects.filter(pk__in=total).annotate(is_shared=Exists(live))}
    short = {product for product, pieces in total.items() if product not in stock or stock[product].available < pieces}
    shared = {pk for pk, row in stock.items() if row.is_shared} - short
    return short | _unknown(shared, needed) if shared else short


def _unknown(shared: set[int], needed: Mapping[int, Counter[int]]) -> set[int]:
    """Products shared out of which a box wants some that has no share."""
    rows = Share.objects.filter(cycle__in=list(needed), shortage__product__in=shared)
    known = set(rows.order_by().values_list("cycle", "shortage__product"))
    return {
        product
        for cycle, pieces in needed.items()
        for product in shared & pieces.keys()
        if (cycle, product) not in known
    }  # fmt: skip


def _skip(cycles: Sequence[Cycle], on: date, by: Actor, at: datetime) -> None:
    """Boxes that do not come because of what is short; another one is scheduled."""
    if cycles:
        move_many(
            Cycle, cycles, CycleState.SKIPPED, by=by, at=at, why="out of stock", skipped_for=SkippedFor.BOX
        )  # fmt: skip
        ensure_cycles({cycle.subscription_id for cycle in cycles}, on)
