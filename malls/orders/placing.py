"""Writes placed orders and their lines set-wise. Orders with the very same lines send these once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import Actor
from core.clock import kst_date
from core.ids import new_code
from core.rows import as_json, insert_into, rows_from
from core.state import record_moves
from malls.orders.models import Order, OrderState
from malls.orders.rules import LineDraft, OrderDraft, Sums

ORDER = {
    "number": "text", "source": "text", "resident_id": "bigint", "title": "text", "state": "text", "goods": "bigint",
    "discount": "bigint", "shipping": "bigint", "total": "bigint", "tax_free": "bigint", "recipient": "text",
    "phone": "text", "postcode": "text", "line1": "text", "line2": "text", "request": "text", "ship_on": "date",
    "deliver_on": "date", "placed_at": "timestamptz",
}  # fmt: skip
LINE = {
    "position": "smallint", "kind": "text", "product_id": "bigint", "voucher_type_id": "bigint",
    "payee_ref": "text", "payee_name": "text", "name": "text", "spec": "text", "quantity": "int",
    "list_amount": "bigint", "amount": "bigint", "discount_municipality": "bigint", "discount_platform": "bigint",
    "discount_merchant": "bigint", "tax_type": "text", "commission_bp": "int",
}  # fmt: skip
BOX = {"order_id": "bigint", "content": "int"}
CONTENT = {"content": "int", **LINE}
INSERT_ORDERS = insert_into("orders_order", ORDER) + " ON CONFLICT (source) DO NOTHING RETURNING id, source"
INSERT_LINES = f"""
    INSERT INTO orders_orderline (order_id, {", ".join(LINE)})
    SELECT box.order_id, {", ".join(f"line.{name}" for name in LINE)}
    FROM {rows_from(BOX, "box")} JOIN {rows_from(CONTENT, "line")} USING (content) ORDER BY box.order_id, line.position
"""  # noqa: S608  our own names


def write_orders(drafts: Sequence[OrderDraft], by: Actor, at: datetime) -> list[Order]:
    """Insert orders with their lines; a source that was faster elsewhere is left out."""
    if not drafts:
        return []
    contents: dict[int, tuple[LineDraft, ...]] = {id(draft.lines): draft.lines for draft in drafts}
    rows = dict(zip([draft.source for draft in drafts], _rows(drafts, at), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ORDERS, [as_json(ORDER, rows.values())])
        ids = {source: pk for pk, source in cursor.fetchall()}
        boxes = [(ids[draft.source], id(draft.lines)) for draft in drafts if draft.source in ids]
        _insert_lines(cursor, boxes, contents)
    written = [Order.from_db(connection.alias, ["id", *ORDER], [pk, *rows[source]]) for source, pk in ids.items()]
    record_moves(Order, dict.fromkeys(ids.values(), ""), OrderState.PLACED, by=by, at=at)
    return written


def _insert_lines(cursor: Any, boxes: Sequence[tuple[int, int]], contents: dict[int, tuple[LineDraft, ...]]) -> None:
    number = {key: index for index, key in enumerate(contents)}
    lines = [
        (number[key], position, *(getattr(line, name) for name in list(LINE)[1:]))
        for key, content in contents.items()
        for position, line in enumerate(content)
    ]
    told = [(order, number[key]) for order, key in boxes]
    if told:
        cursor.execute(INSERT_LINES, [as_json(BOX, told), as_json(CONTENT, lines)])


def _rows(drafts: Sequence[OrderDraft], at: datetime) -> list[list[Any]]:
    """A row for each draft; sums of the same lines are added up once."""
    known: dict[tuple[int, int], Sums] = {}
    rows = []
    day = f"{kst_date(at):%y%m%d}"
    for draft in drafts:
        alike = (id(draft.lines), draft.shipping)
        sums = known.get(alike) or known.setdefault(alike, draft.sums)
        rows.append([
            f"{day}-{new_code(8)}", draft.source, draft.resident_id, draft.title, OrderState.PLACED.value,
            sums.goods, sums.discount, sums.shipping, sums.total, sums.tax_free,
            draft.recipient, draft.phone, draft.postcode, draft.line1, draft.line2, draft.request,
            draft.ship_on, draft.deliver_on, at,
        ])  # fmt: skip
    return rows
