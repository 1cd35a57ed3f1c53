"""What happens to vouchers when their orders move."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from bundles.vouchers.actions.issuing import issue_vouchers
from bundles.vouchers.errors import VoucherUsed
from bundles.vouchers.models import Voucher, VoucherState
from core.actor import Actor
from core.state import move_many
from malls.orders.models import LineKind, Order, OrderLine, ReturnLine
from settlement.ledger.actions import reverse
from settlement.ledger.models import Posting


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Issue what the orders promise."""
    return issue_vouchers([order.pk for order in orders], at=at)


def spent_pieces(lines: Sequence[OrderLine]) -> dict[int, set[int]]:
    """By line id, the pieces whose vouchers were used, have expired or are void."""
    mine = [line.pk for line in lines if line.kind == LineKind.VOUCHER]
    spent: dict[int, set[int]] = defaultdict(set)
    sources = [f"line:{pk}:{n}" for line in lines if line.pk in mine for pk, n in _pieces(line.pk, line.quantity)]
    gone = Voucher.objects.filter(source__in=sources).exclude(state=VoucherState.ISSUED)
    for source in gone.values_list("source", flat=True):
        _, line, number = source.split(":")
        spent[int(line)].add(int(number))
    return spent


def _pieces(line: int, quantity: int) -> Iterable[tuple[int, int]]:
    return ((line, number) for number in range(1, quantity + 1))


@transaction.atomic
def pieces_taken(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> int:
    """Take unused vouchers back before money goes back; refused when one was used. The number taken back."""
    vouchers = _vouchers_of(lines)
    for voucher in vouchers:
        if voucher.state == VoucherState.REDEEMED:
            raise VoucherUsed(code=voucher.code)
    taken = move_many(Voucher, vouchers, VoucherState.REFUNDED, by=by, at=at)
    _turn(taken, at)
    return len(taken)


@transaction.atomic
def pieces_given_back(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> int:
    """The refund came to nothing: the vouchers are owed and usable again. Their number."""
    back = move_many(Voucher, _vouchers_of(lines), VoucherState.ISSUED, by=by, at=at)
    _turn(back, at)
    return len(back)


def _vouchers_of(lines: Sequence[ReturnLine]) -> list[Voucher]:
    sources = [f"line:{row.line_id}:{number}" for row in lines for number in row.numbers]
    return list(Voucher.objects.filter(source__in=sources).select_for_update().order_by("pk"))


def _turn(vouchers: Sequence[Voucher], at: datetime) -> None:
    """Reverse what the books say of each voucher now: its issue, or the reversal of its issue."""
    issues = Posting.objects.in_bulk([f"voucher:{one.source}" for one in vouchers], field_name="source")
    for posting in issues.values():
        reverse(_last(posting), at=at)


def _last(posting: Posting) -> Posting:
    """The end of a chain of reversals."""
    later = Posting.objects.filter(reverses=posting).first()
    return _last(later) if later else posting
