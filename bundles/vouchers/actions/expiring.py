"""Vouchers whose last day is over become the municipality's breakage."""

from datetime import datetime

from django.db import transaction

from bundles.vouchers.models import Voucher, VoucherState
from core.actor import SYSTEM
from core.clock import kst_date
from core.state import move_many
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft

BATCH = 1_000


def expire_vouchers(*, at: datetime) -> int:
    """Expire every open voucher past its last day, with the postings; the number expired. Safe to call again."""
    expired = 0
    while count := _expire_batch(at):
        expired += count
    return expired


@transaction.atomic
def _expire_batch(at: datetime) -> int:
    over = Voucher.objects.filter(state=VoucherState.ISSUED, expires_on__lt=kst_date(at)).order_by("pk")
    batch = list(over.select_for_update(skip_locked=True)[:BATCH])
    moved = move_many(Voucher, batch, VoucherState.EXPIRED, by=SYSTEM, at=at)
    post_many([_posting(voucher, at) for voucher in moved])
    return len(moved)


def _posting(voucher: Voucher, at: datetime) -> PostingDraft:
    """What the buyer paid becomes breakage; what the city gave goes back to the city."""
    return PostingDraft(
        kind="voucher_expired",
        source=f"voucher_expired:{voucher.pk}",
        at=at,
        memo=voucher.code,
        entries=[
            (Code.VOUCHER_LIABILITY, "", voucher.worth),
            (Code.BREAKAGE, "", -voucher.paid),
            (Code.MUNICIPALITY_SUBSIDY, "", voucher.paid - voucher.worth),
        ],
    )
