"""Issuing: paid order lines become vouchers, found by query, each piece once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bundles.vouchers.models import Funding, Voucher, VoucherState, VoucherType
from bundles.vouchers.notices import ISSUED
from bundles.vouchers.rules import Paid, Piece, expires_on, pieces
from core.clock import kst_date
from core.ids import new_code
from core.rows import as_json, insert_into
from malls.notices.actions import note
from malls.orders.models import LineKind, OrderLine, OrderState
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft

BATCH = 2_000
NOT_PAID = (OrderState.PLACED, OrderState.CANCELLED, OrderState.REFUNDED)
COLUMNS = {
    "code": "text", "type_id": "bigint", "resident_id": "bigint", "source": "text", "order_number": "text",
    "face_value": "bigint", "paid": "bigint", "platform": "bigint", "worth": "bigint", "funding": "text",
    "issued_at": "timestamptz",
    "starts_on": "date", "expires_on": "date", "state": "text", "kind": "text", "used": "bigint", "earned": "bigint",
    "refundable": "bigint",
}  # fmt: skip
INSERT = insert_into("vouchers_voucher", COLUMNS) + " ON CONFLICT (source) DO NOTHING RETURNING source"


class Line(NamedTuple):
    """A paid line of vouchers with what its order tells."""

    pk: int
    voucher_type_id: int
    quantity: int
    amount: int
    discount_municipality: int
    discount_platform: int
    discount_merchant: int
    resident_id: int
    order_number: str


FIELDS = [*Line._fields[:-2], "order__resident_id", "order__number"]


def issue_vouchers(order_ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Issue what paid orders promise, with the postings of the liability; the number issued. Safe to call again.

    Without `order_ids` it looks for every paid line whose vouchers are missing.
    """
    lines = _waiting() if order_ids is None else _voucher_lines().filter(order_id__in=list(order_ids))
    issued = 0
    while batch := [Line(*row) for row in lines.order_by("pk").values_list(*FIELDS)[:BATCH]]:
        issued += _issue(batch, at)
        lines = lines.filter(pk__gt=batch[-1].pk)
    return issued


def _voucher_lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(kind=LineKind.VOUCHER).exclude(order__state__in=NOT_PAID)


def _waiting() -> QuerySet[OrderLine]:
    """Paid voucher lines with fewer vouchers than they promise."""
    made = Voucher.objects.filter(
        order_number=OuterRef("order__number"), type_id=OuterRef("voucher_type_id")
    ).order_by().values("order_number").annotate(count=Count("pk"))  # fmt: skip
    promised = Coalesce(Subquery(made.values("count"), output_field=IntegerField()), 0)
    return _voucher_lines().annotate(made=promised).filter(Q(made__lt=F("quantity")))


@transaction.atomic
def _issue(lines: Sequence[Line], at: datetime) -> int:
    types = VoucherType.objects.in_bulk({line.voucher_type_id for line in lines if line.voucher_type_id})
    shared: dict[tuple[int, ...], list[Piece]] = {}
    drafts = [
        (_row(line, types[line.voucher_type_id], number, piece, at), piece)
        for line in lines
        if line.voucher_type_id in types
        for number, piece in enumerate(_pieces(line, types[line.voucher_type_id], shared), start=1)
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [as_json(COLUMNS, [row.values() for row, _ in drafts])])
        new = {source for (source,) in cursor.fetchall()}
    post_many([_posting(row, piece, at) for row, piece in drafts if row["source"] in new])
    if new:
        note(ISSUED, Voucher.objects.filter(source__in=sorted(new)), at=at)
    return len(new)


def _pieces(line: Line, kind: VoucherType, shared: dict[tuple[int, ...], list[Piece]]) -> list[Piece]:
    """The money of each piece of a line; lines that are alike share the sums."""
    alike = line[1:7]
    if alike not in shared:
        paid = Paid(line.amount, line.discount_municipality, line.discount_platform, line.discount_merchant)
        given = kind.face_value if kind.funding == Funding.CITY else 0
        shared[alike] = pieces(paid, line.quantity, given_value=given)
    return shared[alike]


def _row(line: Line, kind: VoucherType, number: int, piece: Piece, at: datetime) -> dict[str, Any]:
    """A voucher as it is written, in the order of the columns."""
    return {
        "code": new_code(),
        "type_id": kind.pk,
        "resident_id": line.resident_id,
        "source": f"line:{line.pk}:{number}",
        "order_number": line.order_number,
        "face_value": kind.face_value,
        "paid": piece.buyer,
        "platform": piece.platform,
        "worth": piece.worth,
        "funding": kind.funding,
        "issued_at": at,
        "starts_on": kind.usable_from,
        "expires_on": expires_on(kst_date(at), kind.valid_days),
        "state": VoucherState.ISSUED.value,
        "kind": kind.kind,
        "used": 0,
        "earned": 0,
        "refundable": 0,
    }


def _posting(row: dict[str, Any], piece: Piece, at: datetime) -> PostingDraft:
    """The buyer's advance and the funders' shares become a liability until the voucher is used."""
    return PostingDraft(
        kind="voucher_issued",
        source=f"voucher:{row['source']}",
        at=at,
        memo=row["order_number"],
        entries=[
            (Code.CUSTOMER_ADVANCES, "", piece.buyer),
            (Code.MUNICIPALITY_SUBSIDY, "", piece.municipality),
            (Code.PLATFORM_SUBSIDY, "", piece.platform),
            (Code.VOUCHER_LIABILITY, "", -piece.worth),
        ],
    )
