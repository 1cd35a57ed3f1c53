"""Pieces promised and sent, set-wise. The caller is in a transaction; rows are locked in primary-key order."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection

from core.generation import raise_generation
from malls.catalog.models import Stock
from malls.catalog.rules import shown_stock
from malls.orders.models import OrderLine
from malls.orders.rules import OrderDraft

MOVE = """
    UPDATE catalog_stock AS stock
    SET reserved = stock.reserved + moved.reserved, shipped = stock.shipped + moved.shipped
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS moved (product_id, reserved, shipped)
    WHERE stock.product_id = moved.product_id
    RETURNING stock.received - stock.reserved - stock.shipped, moved.reserved + moved.shipped
"""


def pieces_of(draft: OrderDraft) -> Counter[int]:
    """How many pieces of which product an order needs."""
    pieces: Counter[int] = Counter()
    for line in draft.lines:
        if line.product_id is not None:
            pieces[line.product_id] += line.quantity
    return pieces


def lock_available(product_ids: Iterable[int]) -> Counter[int]:
    """What may still be promised of each product, locked until the transaction ends. Unknown stock is none."""
    rows = Stock.objects.select_for_update().filter(product_id__in=set(product_ids)).order_by("pk")
    return Counter({row.pk: row.available for row in rows})


def reserve(drafts: Sequence[OrderDraft], available: Counter[int]) -> list[OrderDraft]:
    """Promise pieces in the order of the drafts; those that find too little are left out whole."""
    needs = needs_of(drafts)
    taken: Counter[int] = Counter()
    placed = []
    for draft in drafts:
        needed = needs[id(draft.lines)]
        if all(available[product] - taken[product] >= count for product, count in needed.items()):
            for product, count in needed.items():
                taken[product] += count
            placed.append(draft)
    _move({product: (count, 0) for product, count in taken.items()})
    return placed


def needs_of(drafts: Sequence[OrderDraft]) -> dict[int, Counter[int]]:
    """The pieces of each content, by the identity of its lines: drafts that are alike share them."""
    contents = {id(draft.lines): draft for draft in drafts}
    return {key: pieces_of(draft) for key, draft in contents.items()}


def release(order_ids: Sequence[int]) -> None:
    """Take promises back: the orders will not be sent."""
    pieces = pieces_of_orders(order_ids)
    lock_available(pieces)
    _move({product: (-count, 0) for product, count in pieces.items()})


def release_pieces(pieces: Counter[int]) -> None:
    """Take promises of single pieces back."""
    lock_available(pieces)
    _move({product: (-count, 0) for product, count in pieces.items()})


def send(order_ids: Sequence[int]) -> None:
    """Promised pieces leave the hub."""
    pieces = pieces_of_orders(order_ids)
    lock_available(pieces)
    _move({product: (-count, count) for product, count in pieces.items()})


def pieces_of_orders(order_ids: Sequence[int]) -> Counter[int]:
    """How many pieces of which product stand on these orders; those taken off before sending do not."""
    rows = OrderLine.objects.filter(order_id__in=order_ids, product__isnull=False).order_by()
    pieces: Counter[int] = Counter()
    for product, quantity, taken in rows.values_list("product_id", "quantity", "taken"):
        pieces[product] += quantity - taken
    return pieces


def _move(changes: dict[int, tuple[int, int]]) -> None:
    """Change the stock; public pages are drawn anew when one of them says something else of it now."""
    if changes:
        products = sorted(changes)
        with connection.cursor() as cursor:
            cursor.execute(
                MOVE, [products, [changes[one][0] for one in products], [changes[one][1] for one in products]]
            )
            if any(shown_stock(left) != shown_stock(left + taken) for left, taken in cursor.fetchall()):
                raise_generation()
