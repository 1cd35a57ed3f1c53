"""What happens to vouchers when their orders move."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bundles.vouchers.actions.issuing import issue_vouchers
from bundles.vouchers.errors import VoucherUsed
from bundles.vouchers.models import Voucher, VoucherRefund, VoucherState
from core.actor import Actor
from core.state import Transition, move_many
from malls.orders.models import LineKind, Order, OrderLine, ReturnLine
from malls.payments.models.refunds import SURE_REFUNDS
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post, reverse
from settlement.ledger.models import Posting
from settlement.ledger.rules import PostingDraft

COMES_OFF = (VoucherState.ISSUED, VoucherState.EXPIRED)
"""States in which a voucher that nobody used goes back with its order."""


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Issue what the orders promise."""
    return issue_vouchers([order.pk for order in orders], at=at)


def spent_pieces(lines: Sequence[OrderLine]) -> dict[int, set[int]]:
    """By line id, the pieces whose vouchers were used in whole or in part, given back or ended."""
    return _by_line(_issued_for(lines).exclude(state__in=COMES_OFF, used=0))


def gone_pieces(lines: Sequence[OrderLine]) -> dict[int, set[int]]:
    """By line id, the pieces whose unused vouchers were given back one by one, and the money surely went."""
    sure = VoucherRefund.objects.filter(undone_at=None, refund__state__in=SURE_REFUNDS)
    return _by_line(_issued_for(lines).filter(used=0, pk__in=sure.values("voucher")))


def _issued_for(lines: Sequence[OrderLine]) -> QuerySet[Voucher]:
    mine = [line for line in lines if line.kind == LineKind.VOUCHER]
    sources = [f"line:{line.pk}:{number}" for line in mine for number in range(1, line.quantity + 1)]
    return Voucher.objects.filter(source__in=sources)


def _by_line(vouchers: QuerySet[Voucher]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for source in vouchers.values_list("source", flat=True):
        _, line, number = source.split(":")
        found[int(line)].add(int(number))
    return found


@transaction.atomic
def pieces_taken(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> int:
    """Take unused vouchers back before money goes back; refused when one was used. The number taken back."""
    vouchers = _vouchers_of(lines)
    for voucher in vouchers:
        if voucher.used and voucher.state != VoucherState.REFUNDED:
            raise VoucherUsed(code=voucher.code)
    expired = [voucher for voucher in vouchers if voucher.state == VoucherState.EXPIRED]
    _turn_issues([voucher for voucher in vouchers if voucher.state == VoucherState.ISSUED], at)
    _turn_expired(expired, at)
    return len(move_many(Voucher, vouchers, VoucherState.REFUNDED, by=by, at=at))


@transaction.atomic
def pieces_given_back(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> int:
    """The refund came to nothing: the vouchers are what they were before. Their number."""
    vouchers = [voucher for voucher in _vouchers_of(lines) if voucher.state == VoucherState.REFUNDED]
    moves = Transition.objects.filter(
        thing=Voucher._meta.label,  # noqa: SLF001
        thing_id__in=[voucher.pk for voucher in vouchers],
        after=VoucherState.REFUNDED,
    )
    before = dict(moves.order_by("pk").values_list("thing_id", "before"))
    expired = [voucher for voucher in vouchers if before[voucher.pk] == VoucherState.EXPIRED]
    open_ones = [voucher for voucher in vouchers if before[voucher.pk] == VoucherState.ISSUED]
    _turn_issues(open_ones, at)
    _turn_expired(expired, at)
    back = move_many(Voucher, open_ones, VoucherState.ISSUED, by=by, at=at)
    return len(back) + len(move_many(Voucher, expired, VoucherState.EXPIRED, by=by, at=at))


def _vouchers_of(lines: Sequence[ReturnLine]) -> list[Voucher]:
    sources = [f"line:{row.line_id}:{number}" for row in lines for number in row.numbers]
    return list(Voucher.objects.filter(source__in=sources).select_for_update(of=("self",)).order_by("pk"))


def _turn_issues(vouchers: Sequence[Voucher], at: datetime) -> None:
    """Reverse what the books say of each voucher now: its issue, or the reversal of its issue."""
    issues = Posting.objects.in_bulk([f"voucher:{one.source}" for one in vouchers], field_name="source")
    _turn(issues.values(), at)


def _turn_expired(vouchers: Sequence[Voucher], at: datetime) -> None:
    """A refund of the order gives back all that the buyer paid, also what had become breakage; or takes that back."""
    drafts = {voucher.pk: _expired_given_back(voucher, at) for voucher in vouchers}
    known = Posting.objects.in_bulk([draft.source for draft in drafts.values()], field_name="source")
    _turn(known.values(), at)
    for draft in drafts.values():
        if draft.source not in known and not draft.is_empty:
            post(draft)


def _turn(postings: Iterable[Posting], at: datetime) -> None:
    for posting in postings:
        reverse(_last(posting), at=at)


def _last(posting: Posting) -> Posting:
    """The end of a chain of reversals."""
    later = Posting.objects.filter(reverses=posting).first()
    return _last(later) if later else posting


def _expired_given_back(voucher: Voucher, at: datetime) -> PostingDraft:
    entries = [
        (Code.REFUNDS_DUE, "", voucher.refundable),
        (Code.BREAKAGE, "", voucher.paid - voucher.refundable),
        (Code.CUSTOMER_ADVANCES, "", -voucher.paid),
    ]
    return PostingDraft("voucher_refund", f"voucher_refund:order:{voucher.pk}", at, voucher.code, entries)
