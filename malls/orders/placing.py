"""Writes placed orders and their lines set-wise."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import Actor
from core.clock import kst_date
from core.ids import new_code
from core.state import record_moves
from malls.orders.models import Order, OrderState
from malls.orders.rules import OrderDraft

ORDER = {
    "number": "text", "source": "text", "resident_id": "bigint", "title": "text", "state": "text", "goods": "bigint",
    "discount": "bigint", "shipping": "bigint", "total": "bigint", "tax_free": "bigint", "recipient": "text",
    "phone": "text", "postcode": "text", "line1": "text", "line2": "text", "request": "text", "ship_on": "date",
    "deliver_on": "date", "placed_at": "timestamptz",
}  # fmt: skip
LINE = {
    "order_id": "bigint", "position": "smallint", "kind": "text", "product_id": "bigint", "voucher_type_id": "bigint",
    "payee_ref": "text", "payee_name": "text", "name": "text", "spec": "text", "quantity": "int",
    "list_amount": "bigint", "amount": "bigint", "discount_municipality": "bigint", "discount_platform": "bigint",
    "discount_merchant": "bigint", "tax_type": "text", "commission_bp": "int",
}  # fmt: skip


def _insert(table: str, columns: dict[str, str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    return f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608  our own names


INSERT_ORDERS = _insert("orders_order", ORDER) + " ON CONFLICT (source) DO NOTHING RETURNING id, source"
INSERT_LINES = _insert("orders_orderline", LINE)


def write_orders(drafts: Sequence[OrderDraft], by: Actor, at: datetime) -> list[Order]:
    """Insert orders with their lines; a source that was faster elsewhere is left out."""
    if not drafts:
        return []
    orders = {draft.source: _order(draft, at) for draft in drafts}
    rows = [[getattr(order, name) for name in ORDER] for order in orders.values()]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ORDERS, _columns(rows))
        for pk, source in cursor.fetchall():
            orders[source].pk = pk
        lines = [
            _line(orders[draft.source].pk, position, line)
            for draft in drafts
            if orders[draft.source].pk
            for position, line in enumerate(draft.lines)
        ]
        if lines:
            cursor.execute(INSERT_LINES, _columns(lines))
    written = [order for order in orders.values() if order.pk]
    for order in written:
        order._state.adding = False  # noqa: SLF001  the row exists now
    record_moves(Order, {order.pk: "" for order in written}, OrderState.PLACED, by=by, at=at)
    return written


def _order(draft: OrderDraft, at: datetime) -> Order:
    sums = draft.sums
    return Order(
        number=f"{kst_date(at):%y%m%d}-{new_code(8)}",
        source=draft.source,
        resident_id=draft.resident_id,
        title=draft.title,
        state=OrderState.PLACED.value,
        goods=sums.goods,
        discount=sums.discount,
        shipping=sums.shipping,
        total=sums.total,
        tax_free=sums.tax_free,
        recipient=draft.recipient,
        phone=draft.phone,
        postcode=draft.postcode,
        line1=draft.line1,
        line2=draft.line2,
        request=draft.request,
        ship_on=draft.ship_on,
        deliver_on=draft.deliver_on,
        placed_at=at,
    )


def _line(order_id: int, position: int, line: Any) -> list[Any]:
    return [order_id, position, *(getattr(line, name) for name in list(LINE)[2:])]


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
