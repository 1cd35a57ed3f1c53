"""Gates of a partner, and scans as their devices tell them."""

from datetime import datetime, timedelta
from itertools import count
from json import dumps
from typing import Any

from bundles.gates.actions import pair_gate, take_scans
from bundles.gates.models import Gate, Scan
from bundles.gates.rules import Batch
from bundles.vouchers.models import Partner, Voucher, VoucherType
from bundles.vouchers.tokens import ensure_key, sign
from malls.orders.actions import mark_paid, place_order
from malls.orders.rules import LineDraft, OrderDraft
from tests.bundles.world import BY, NOON, partner, resident, voucher_type

_numbers = count(1)


def gate(where: Partner, name: str = "정문", at: datetime = NOON) -> Gate:
    return pair_gate(where, name, by=BY, at=at)[0]


def bought(kind: VoucherType, quantity: int = 1, at: datetime = NOON) -> list[Voucher]:
    """Vouchers from a paid order, with their type at hand."""
    line = LineDraft(
        "voucher", kind.partner.payee_ref, kind.partner.name, kind.name, quantity, kind.charge * quantity, "taxable", 300,
        voucher_type_id=kind.pk,
    )  # fmt: skip
    source = f"gates:{next(_numbers)}"
    draft = OrderDraft(source, resident().pk, "체험권", (line,), "김순창", "01012345678", "56042", "순창읍")
    order = place_order(draft, by=BY, at=at)
    mark_paid([order], by=BY, at=at)
    return list(Voucher.objects.filter(order_number=order.number).select_related("type__partner").order_by("pk"))


def one_voucher(**fields: Any) -> Voucher:
    return bought(voucher_type(partner(), **fields))[0]


def token(voucher: Voucher) -> str:
    return sign(voucher, ensure_key(at=NOON))


def told(text: str, at: datetime = NOON, **fields: Any) -> dict[str, Any]:
    """A scan from the wire: let in offline by a list of an hour before, unless told otherwise."""
    listed = fields.pop("listed", NOON - timedelta(hours=1))
    return {
        "nonce": f"nonce-{next(_numbers):06d}",
        "text": text,
        "clock": ms(at),
        "offset": 0,
        "list": ms(listed) if listed else 0,
        "offline": True,
        "let_in": True,
        "reason": "",
        **fields,
    }


def hand_in(where: Gate, *rows: dict[str, Any], at: datetime = NOON + timedelta(hours=1)) -> list[Scan]:
    body = dumps({"scans": rows, "clock": ms(at), "waiting": len(rows)}).encode()
    return take_scans(where.pk, Batch.read(body), at=at)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
