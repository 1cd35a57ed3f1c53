"""Issuing: paid order lines become vouchers, found by query, each piece once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bundles.vouchers.models import Funding, Voucher, VoucherState, VoucherType
from bundles.vouchers.rules import Paid, Piece, expires_on, pieces
from core.clock import kst_date
from core.ids import new_code
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
INSERT = (
    f"INSERT INTO vouchers_voucher ({', '.join(COLUMNS)}) "  # noqa: S608  our own names
    f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in COLUMNS.values())}) "
    "ON CONFLICT (source) DO NOTHING RETURNING source"
)


def issue_vouchers(order_ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Issue what paid orders promise, with the postings of the liability; the number issued. Safe to call again.

    Without `order_ids` it looks for every paid line whose vouchers are missing.
    """
    lines = _waiting() if order_ids is None else _voucher_lines().filter(order_id__in=list(order_ids))
    issued = 0
    while batch := list(lines.order_by("pk")[:BATCH]):
        issued += _issue(batch, at)
        lines = lines.filter(pk__gt=batch[-1].pk)
    return issued


def _voucher_lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(kind=LineKind.VOUCHER).exclude(order__state__in=NOT_PAID).select_related("order")


def _waiting() -> QuerySet[OrderLine]:
    """Paid voucher lines with fewer vouchers than they promise."""
    made = Voucher.objects.filter(
        order_number=OuterRef("order__number"), type_id=OuterRef("voucher_type_id")
    ).order_by().values("order_number").annotate(count=Count("pk"))  # fmt: skip
    promised = Coalesce(Subquery(made.values("count"), output_field=IntegerField()), 0)
    return _voucher_lines().annotate(made=promised).filter(Q(made__lt=F("quantity")))


@transaction.atomic
def _issue(lines: Sequence[OrderLine], at: datetime) -> int:
    types = VoucherType.objects.in_bulk({line.voucher_type_id for line in lines if line.voucher_type_id})
    drafts = [
        (voucher, piece)
        for line in lines
        if line.voucher_type_id in types
        for voucher, piece in _drafts(line, types[line.voucher_type_id], at)
    ]
    new = _insert([voucher for voucher, _ in drafts])
    post_many([_posting(voucher, piece, at) for voucher, piece in drafts if voucher.source in new])
    return len(new)


def _drafts(line: OrderLine, kind: VoucherType, at: datetime) -> list[tuple[Voucher, Piece]]:
    """Unsaved vouchers of a line with their money."""
    paid = Paid(line.amount, line.discount_municipality, line.discount_platform, line.discount_merchant)
    given = kind.face_value if kind.funding == Funding.CITY else 0
    return [
        (_voucher(line, kind, number, piece, at), piece)
        for number, piece in enumerate(pieces(paid, line.quantity, given_value=given), start=1)
    ]


def _voucher(line: OrderLine, kind: VoucherType, number: int, piece: Piece, at: datetime) -> Voucher:
    return Voucher(
        code=new_code(),
        type=kind,
        resident_id=line.order.resident_id,
        source=f"line:{line.pk}:{number}",
        order_number=line.order.number,
        face_value=kind.face_value,
        paid=piece.buyer,
        platform=piece.platform,
        worth=piece.worth,
        funding=kind.funding,
        kind=kind.kind,
        issued_at=at,
        starts_on=kind.usable_from,
        expires_on=expires_on(kst_date(at), kind.valid_days),
        state=VoucherState.ISSUED,
    )


def _insert(vouchers: Sequence[Voucher]) -> set[str]:
    """Write the vouchers that are not there yet; their sources."""
    columns = [[getattr(voucher, name) for voucher in vouchers] for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns)
        return {source for (source,) in cursor.fetchall()}


def _posting(voucher: Voucher, piece: Piece, at: datetime) -> PostingDraft:
    """The buyer's advance and the funders' shares become a liability until the voucher is used."""
    return PostingDraft(
        kind="voucher_issued",
        source=f"voucher:{voucher.source}",
        at=at,
        memo=voucher.order_number,
        entries=[
            (Code.CUSTOMER_ADVANCES, "", piece.buyer),
            (Code.MUNICIPALITY_SUBSIDY, "", piece.municipality),
            (Code.PLATFORM_SUBSIDY, "", piece.platform),
            (Code.VOUCHER_LIABILITY, "", -piece.worth),
        ],
    )
