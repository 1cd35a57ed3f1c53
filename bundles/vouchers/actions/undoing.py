"""Taking a use back: within ten minutes, by the partner, with a reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bundles.vouchers.actions.redeeming import source_of
from bundles.vouchers.errors import NothingToUndo, UndoNeedsReason, UndoTooLate
from bundles.vouchers.models import Redemption, Voucher, VoucherState
from bundles.vouchers.rules import UNDO_MINUTES
from core.actor import Actor
from settlement.statements.actions import correct_earning


@transaction.atomic
def undo_redemption(redemption_id: int, partner_id: int, reason: str, *, by: Actor, at: datetime) -> Voucher:
    """Take a use back within ten minutes, with its reason; the voucher can be used again, the earning is corrected."""
    if not reason.strip():
        raise UndoNeedsReason
    standing = Redemption.objects.filter(pk=redemption_id, partner_id=partner_id, undone_at=None)
    use = standing.first()
    if use is None:
        raise NothingToUndo
    if at > use.at + timedelta(minutes=UNDO_MINUTES):
        raise UndoTooLate(minutes=UNDO_MINUTES)
    voucher = Voucher.objects.select_for_update(of=("self",)).select_related("type").get(pk=use.voucher_id)
    if not standing.update(undone_at=at, undo_reason=reason.strip()[:200]):
        raise NothingToUndo
    _give_back(voucher, use, by=by, at=at, why=reason.strip()[:300])
    if use.worth:
        source, words = source_of(use.pk), _("%(name)s (taken back)") % {"name": voucher.type.name}
        correct_earning(source, new_source=f"{source}:undone", at=at, description=words)
    return voucher


def _give_back(voucher: Voucher, use: Redemption, *, by: Actor, at: datetime, why: str) -> None:
    """The part that was used can be used again."""
    rest = {"used": voucher.used - use.amount, "earned": voucher.earned - use.worth}
    if voucher.state == VoucherState.REDEEMED:
        voucher.move(VoucherState.ISSUED, by=by, at=at, why=why, **rest)
        return
    Voucher.objects.filter(pk=voucher.pk).update(used=F("used") - use.amount, earned=F("earned") - use.worth)
    voucher.used, voucher.earned = rest["used"], rest["earned"]
