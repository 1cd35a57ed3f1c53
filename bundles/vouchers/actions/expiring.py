"""Vouchers whose last day is over: the refund still due is kept apart, the rest goes where the municipality said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bundles.vouchers.models import Voucher, VoucherPolicy, VoucherState
from bundles.vouchers.payees import payee_of
from bundles.vouchers.refunds import REFUND_MONTHS, Broken, Held, broken, due_after_expiry
from core.actor import SYSTEM
from core.clock import add_months, kst_date, kst_midnight
from core.state import move_many
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import Line, PostingDraft
from settlement.statements.actions import earn_many
from settlement.statements.models import EarningKind
from settlement.statements.rules import EarningDraft

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class _Ending:
    """One way in which vouchers end without use, as work over a batch."""

    kind: str
    to: str
    debit: Code
    lost: Callable[[Voucher], int]
    given_back: Callable[[Voucher], list[Line]]


def expire_vouchers(*, at: datetime) -> int:
    """End every open voucher past its last day, with the postings; the number ended. Safe to call again.

    What its buyer may still ask back becomes a refund due; what others paid goes back to them.
    """
    over = Voucher.objects.filter(state=VoucherState.ISSUED, expires_on__lt=kst_date(at))
    return _all(over, EXPIRY, at)


def lapse_vouchers(*, at: datetime) -> int:
    """End the right of refund five years after issue (상법 §64); the number ended. Safe to call again."""
    before = kst_midnight(add_months(kst_date(at), -REFUND_MONTHS))
    over = Voucher.objects.filter(state=VoucherState.EXPIRED, issued_at__lt=before)
    return _all(over, LAPSE, at)


def _all(found: QuerySet[Voucher], ending: _Ending, at: datetime) -> int:
    done = 0
    while count := _end_batch(found, ending, at):
        done += count
    return done


@transaction.atomic
def _end_batch(found: QuerySet[Voucher], ending: _Ending, at: datetime) -> int:
    locked = found.select_for_update(skip_locked=True, of=("self",)).select_related("type__partner")
    batch = list(locked.order_by("pk")[:BATCH])
    if not batch:
        return 0
    moved = move_many(Voucher, batch, ending.to, by=SYSTEM, at=at)
    if ending is EXPIRY:
        for voucher in moved:
            voucher.refundable = due_after_expiry(Held.of(voucher))
        Voucher.objects.bulk_update(moved, ["refundable"])
    policy = VoucherPolicy.objects.first() or VoucherPolicy()
    parts = {voucher.pk: broken(ending.lost(voucher), policy.breakage, policy.partner_bp) for voucher in moved}
    post_many([_posting(voucher, parts[voucher.pk], ending, at) for voucher in moved])
    _earn([voucher for voucher in moved if parts[voucher.pk].partner], parts, ending, at)
    return len(moved)


def _lost_at_expiry(voucher: Voucher) -> int:
    return Held.of(voucher).rest().buyer - voucher.refundable


def _given_back_at_expiry(voucher: Voucher) -> list[Line]:
    rest = Held.of(voucher).rest()
    return [
        (Code.REFUNDS_DUE, "", -voucher.refundable),
        (Code.MUNICIPALITY_SUBSIDY, "", -rest.city),
        (Code.PLATFORM_SUBSIDY, "", -rest.platform),
    ]


def _posting(voucher: Voucher, parts: Broken, ending: _Ending, at: datetime) -> PostingDraft:
    """What is owed no longer goes back to who paid it, or becomes income; the partner's part is an earning."""
    others = ending.given_back(voucher)
    entries: list[Line] = [(Code.BREAKAGE, "", -parts.income), (Code.MUNICIPALITY_SUBSIDY, "", -parts.subsidy), *others]
    owed = -sum(amount for _, _, amount in entries)
    return PostingDraft(
        ending.kind, f"{ending.kind}:{voucher.pk}", at, voucher.code, [(ending.debit, "", owed), *entries]
    )


def _earn(vouchers: Sequence[Voucher], parts: dict[int, Broken], ending: _Ending, at: datetime) -> None:
    """The partner's part of what was lost."""
    refs = {partner: payee_of(partner).ref for partner in {voucher.type.partner for voucher in vouchers}}
    earn_many(
        [
            EarningDraft(
                payee_ref=refs[voucher.type.partner],
                kind=EarningKind.VOUCHER,
                source=f"{ending.kind}:{voucher.pk}",
                description=_("%(name)s (not used)") % {"name": voucher.type.name},
                gross=parts[voucher.pk].partner,
                earned_at=at,
                debit_account=ending.debit,
                order_ref=voucher.order_number,
                commission_bp=0,
            )
            for voucher in vouchers
        ],
        at=at,
    )


EXPIRY = _Ending(
    "voucher_expired", VoucherState.EXPIRED, Code.VOUCHER_LIABILITY, _lost_at_expiry, _given_back_at_expiry
)
LAPSE = _Ending(
    "voucher_lapsed", VoucherState.LAPSED, Code.REFUNDS_DUE, lambda one: one.refundable, lambda _voucher: []
)
