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
from settlement.ledger.actions import reverse
from settlement.ledger.models import Posting


def orders_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:  # noqa: ARG001  a hook's shape
    """Issue what the orders promise."""
    return issue_vouchers([order.pk for order in orders], at=at)


@transaction.atomic
def orders_refunding(orders: Sequence[Order], *, by: Actor, at: datetime) -> int:
    """Take unused vouchers back before money goes back; refused when one was used. The number taken back."""
    mine = Voucher.objects.filter(order_number__in=[order.number for order in orders]).order_by("pk")
    vouchers = list(mine.select_for_update())
    for voucher in vouchers:
        if voucher.state == VoucherState.REDEEMED:
            raise VoucherUsed(code=voucher.code)
    taken = [voucher for voucher in vouchers if voucher.state == VoucherState.ISSUED]
    postings = Posting.objects.in_bulk([f"voucher:{one.source}" for one in taken], field_name="source")
    for voucher in taken:
        posting = postings.get(f"voucher:{voucher.source}")
        if posting:
            reverse(posting, at=at)
    return len(move_many(Voucher, taken, VoucherState.REFUNDED, by=by, at=at))
