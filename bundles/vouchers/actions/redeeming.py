"""Redeeming: one claiming statement decides; everything else explains."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bundles.vouchers.errors import (
    AlreadyRedeemed,
    NothingToUndo,
    UndoNeedsReason,
    UndoTooLate,
    UnknownCode,
    UnknownPartner,
    VoucherExpired,
    VoucherNotUsable,
    WrongPartner,
)
from bundles.vouchers.models import Partner, Redemption, Voucher, VoucherState
from bundles.vouchers.payees import payee_of
from bundles.vouchers.rules import UNDO_MINUTES
from bundles.vouchers.tokens import MARKS, read_token
from core.actor import Actor
from core.clock import KST, kst_date
from core.ids import read_code
from settlement.ledger.accounts import Code
from settlement.statements.actions import earn_many
from settlement.statements.models import EarningKind, Payee
from settlement.statements.rules import EarningDraft

CLAIM = """
WITH claimed AS (
    UPDATE vouchers_voucher AS v SET state = 'redeemed'
    FROM vouchers_vouchertype AS t
    WHERE t.id = v.type_id AND t.partner_id = %(partner)s
      AND v.code = %(code)s AND v.state = 'issued' AND v.expires_on >= %(on)s
      AND NOT EXISTS (SELECT 1 FROM vouchers_redemption WHERE nonce = %(nonce)s)
    RETURNING v.id, v.worth, v.order_number, t.name
), used AS (
    INSERT INTO vouchers_redemption (voucher_id, partner_id, nonce, at, by_name, undo_reason)
    SELECT id, %(partner)s, %(nonce)s, %(at)s, %(by)s, '' FROM claimed RETURNING id
), told AS (
    INSERT INTO core_transition (thing, thing_id, before, after, at, by_kind, by_name, by_user_id, why)
    SELECT 'vouchers.Voucher', id, 'issued', 'redeemed', %(at)s, %(kind)s, %(by)s, %(user)s, '' FROM claimed
)
SELECT used.id, claimed.id, claimed.worth, claimed.order_number, claimed.name FROM claimed, used
"""


@dataclass(frozen=True, slots=True)
class Used:
    """What a used voucher is worth, what it is, and which order it came from."""

    worth: int
    name: str
    order_number: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What the gate shows after a good scan."""

    redemption_id: int
    code: str
    name: str
    at: datetime
    again: bool = False
    """A scan repeated under the same nonce: nothing new happened."""


@transaction.atomic
def redeem_voucher(text: str, partner_id: int, *, by: Actor, at: datetime, nonce: str) -> Redeemed:
    """Use a voucher at a partner, at most once. `text` is a typed code or a scanned token.

    Repeating the call with its `nonce` gives the first answer again. Refuses with the named reason.
    """
    partner = _partner(partner_id)
    code = _code_of(text)
    row = _claim(code, partner, by, at, nonce)
    if row is None:
        return _answered_before(nonce, code, partner, at)
    redemption_id, _voucher_id, worth, order_number, name = row
    if worth:
        _ensure_payee(partner)
        earn_many([_earning(partner, redemption_id, Used(worth, name, order_number), at)], at=at)
    return Redeemed(redemption_id, code, name, at)


@transaction.atomic
def undo_redemption(redemption_id: int, partner_id: int, reason: str, *, by: Actor, at: datetime) -> Voucher:
    """Take a use back within ten minutes, with its reason; the voucher can be used again, the earning is corrected."""
    if not reason.strip():
        raise UndoNeedsReason
    standing = Redemption.objects.filter(pk=redemption_id, partner_id=partner_id, undone_at=None)
    redemption = standing.select_for_update(of=("self",)).select_related("voucher__type", "partner").first()
    if redemption is None:
        raise NothingToUndo
    if at > redemption.at + timedelta(minutes=UNDO_MINUTES):
        raise UndoTooLate(minutes=UNDO_MINUTES)
    standing.update(undone_at=at, undo_reason=reason.strip()[:200])
    voucher = redemption.voucher.move(VoucherState.ISSUED, by=by, at=at, why=reason.strip()[:300])
    if voucher.worth:
        used = Used(voucher.worth, voucher.type.name, voucher.order_number)
        earned = _earning(redemption.partner, redemption.pk, used, at, undone=True)
        earn_many([earned], at=at)
    return voucher


def _partner(partner_id: int) -> Partner:
    found = Partner.objects.filter(pk=partner_id).first()
    if found is None:
        raise UnknownPartner(partner=partner_id)
    return found


def _code_of(text: str) -> str:
    """The stored form of a typed code or of a scanned token."""
    if text.strip().partition(".")[0] in MARKS:
        return read_token(text).code
    code = read_code(text)
    if code is None:
        raise UnknownCode
    return code


def _answered_before(nonce: str, code: str, partner: Partner, at: datetime) -> Redeemed:
    """The first answer to this nonce; otherwise the reason why nothing was claimed."""
    use = Redemption.objects.filter(nonce=nonce).select_related("voucher__type").first()
    if use is None:
        raise _reason(code, partner, at)
    if use.undone_at or use.partner_id != partner.pk or use.voucher.code != code:
        raise AlreadyRedeemed(when=_moment(use.at), where=partner.name)
    return Redeemed(use.pk, code, use.voucher.type.name, use.at, again=True)


def _claim(code: str, partner: Partner, by: Actor, at: datetime, nonce: str) -> tuple[int, int, int, str, str] | None:
    """The one statement that uses a voucher: it hits one row or none, whoever else scans at the same moment."""
    values: dict[str, Any] = {
        "partner": partner.pk, "code": code, "on": kst_date(at), "nonce": nonce, "at": at,
        "by": by.name[:150], "kind": by.kind, "user": by.user_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return cursor.fetchone()


def _reason(code: str, partner: Partner, at: datetime) -> Exception:
    """Why the claim hit nothing."""
    voucher = Voucher.objects.filter(code=code).select_related("type__partner").first()
    if voucher is None:
        return UnknownCode()
    if voucher.type.partner_id != partner.pk:
        return WrongPartner(partner=voucher.type.partner.name)
    if voucher.state == VoucherState.REDEEMED:
        use = voucher.redemptions.filter(undone_at=None).select_related("partner").get()
        return AlreadyRedeemed(when=_moment(use.at), where=use.partner.name)
    if voucher.state == VoucherState.EXPIRED or voucher.expires_on < kst_date(at):
        return VoucherExpired(until=f"{voucher.expires_on:%Y-%m-%d}")
    return VoucherNotUsable(state=voucher.get_state_display())


def _ensure_payee(partner: Partner) -> None:
    if not Payee.objects.filter(ref=partner.payee_ref).exists():
        payee_of(partner)


def _earning(partner: Partner, redemption_id: int, used: Used, at: datetime, *, undone: bool = False) -> EarningDraft:
    """What a use earns its partner; taken back, the same with minus signs."""
    source = f"redemption:{redemption_id}"
    return EarningDraft(
        payee_ref=partner.payee_ref,
        kind=EarningKind.VOUCHER,
        source=f"{source}:undone" if undone else source,
        description=_("%(name)s (taken back)") % {"name": used.name} if undone else used.name,
        gross=-used.worth if undone else used.worth,
        earned_at=at,
        quantity=-1 if undone else 1,
        debit_account=Code.VOUCHER_LIABILITY,
        order_ref=used.order_number,
        commission_bp=partner.commission_bp,
        corrects=source if undone else "",
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(KST):%Y-%m-%d %H:%M}"
