"""What happens to vouchers when their orders move."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bundles.vouchers.actions.issuing import issue_vouchers
from bundles.vouchers.errors import VoucherUsed
from bundles.vouchers.models import Voucher, VoucherState
from core.actor import Actor
from core.state import move_many
from malls.orders.models import Order
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many, reverse
from settlement.ledger.models import Posting
from settlement.ledger.rules import PostingDraft


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Issue what the orders promise."""
    return issue_vouchers([order.pk for order in orders], at=at)


@transaction.atomic
def orders_refunding(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:
    """Take unused vouchers back before money goes back; refused when one was used. The number taken back."""
    mine = Voucher.objects.filter(order_number__in=[order.number for order in orders]).order_by("pk")
    vouchers = list(mine.select_for_update())
    for voucher in vouchers:
        if voucher.used and voucher.state != VoucherState.REFUNDED:
            raise VoucherUsed(code=voucher.code)
    open_ones = [voucher for voucher in vouchers if voucher.state == VoucherState.ISSUED]
    expired = [voucher for voucher in vouchers if voucher.state == VoucherState.EXPIRED]
    postings = Posting.objects.in_bulk([f"voucher:{one.source}" for one in open_ones], field_name="source")
    for voucher in open_ones:
        posting = postings.get(f"voucher:{voucher.source}")
        if posting:
            reverse(posting, at=at)
    post_many([_expired_given_back(voucher, at) for voucher in expired])
    return len(move_many(Voucher, [*open_ones, *expired], VoucherState.REFUNDED, by=by, at=at))


def _expired_given_back(voucher: Voucher, at: datetime) -> PostingDraft:
    """A whole refund gives back all that the buyer paid, also what had become breakage."""
    entries = [
        (Code.REFUNDS_DUE, "", voucher.refundable),
        (Code.BREAKAGE, "", voucher.paid - voucher.refundable),
        (Code.CUSTOMER_ADVANCES, "", -voucher.paid),
    ]
    return PostingDraft("voucher_refund", f"voucher_refund:order:{voucher.pk}", at, voucher.code, entries)
