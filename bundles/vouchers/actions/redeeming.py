"""Redeeming: one claiming statement decides; what was refused is kept with its reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bundles.vouchers.actions.claiming import Claimed, Scan, claim, moment, reason
from bundles.vouchers.errors import AlreadyRedeemed, AmountNeeded, UnknownCode, UnknownPartner, VoucherRefused
from bundles.vouchers.models import Partner, Redemption, RefusedScan, Voucher
from bundles.vouchers.payees import payee_of
from bundles.vouchers.tokens import MARKS, read_token
from core.actor import Actor
from core.ids import read_code
from settlement.ledger.accounts import Code
from settlement.statements.actions import earn_one
from settlement.statements.errors import UnknownPayee
from settlement.statements.models import EarningKind
from settlement.statements.rules import EarningDraft


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What the gate shows after a good scan. `amount` was used, `rest` is left (of an amount voucher)."""

    redemption_id: int
    code: str
    name: str
    at: datetime
    amount: int = 0
    rest: int = 0
    is_part: bool = False
    again: bool = False
    """A scan repeated under the same nonce: nothing new happened."""


def redeem_voucher(
    text: str, partner_id: int, *, by: Actor, at: datetime, nonce: str, amount: int | None = None
) -> Redeemed:
    """Use a voucher at a partner. `text` is a typed code or a scanned token, `amount` won for an amount voucher.

    Repeating the call with its `nonce` gives the first answer again. Refuses with the named reason, which is kept.
    """
    try:
        return _redeem(text, partner_id, amount, nonce, by=by, at=at)
    except AmountNeeded:
        raise
    except VoucherRefused as no:
        _keep_refused(text, partner_id, no, by=by, at=at)
        raise


def _redeem(text: str, partner_id: int, amount: int | None, nonce: str, *, by: Actor, at: datetime) -> Redeemed:
    scan = Scan(_code_of(text), partner_id, nonce, amount)
    done = _claim_and_earn(scan, by=by, at=at)
    if done is None:
        return _answered_before(scan, at)
    return Redeemed(done.redemption_id, scan.code, done.name, at, done.amount, done.rest, scan.amount is not None)


def _claim_and_earn(scan: Scan, *, by: Actor, at: datetime) -> Claimed | None:
    """The use and what it earns, together or not at all. None when nothing was claimed, or its nonce raced itself."""
    if scan.amount is not None and scan.amount <= 0:
        return None
    try:
        with transaction.atomic():
            done = claim(scan, by=by, at=at)
            if done and done.worth:
                _earn(_earning(scan.partner_id, done, at), scan.partner_id, at)
            return done
    except IntegrityError:
        if Redemption.objects.filter(nonce=scan.nonce).exists():
            return None
        raise


def _earn(draft: EarningDraft, partner_id: int, at: datetime) -> None:
    try:
        earn_one(draft, at=at)
    except UnknownPayee:
        payee_of(Partner.objects.get(pk=partner_id))
        earn_one(draft, at=at)


def _earning(partner_id: int, done: Claimed, at: datetime) -> EarningDraft:
    """What a use earns its partner."""
    return EarningDraft(
        payee_ref=f"partner:{partner_id}",
        kind=EarningKind.VOUCHER,
        source=source_of(done.redemption_id),
        description=done.name,
        gross=done.worth,
        earned_at=at,
        debit_account=Code.VOUCHER_LIABILITY,
        order_ref=done.order_number,
        commission_bp=done.commission_bp,
    )


def source_of(redemption_id: int) -> str:
    """How settlement knows the earning of a use."""
    return f"redemption:{redemption_id}"


def _code_of(text: str) -> str:
    """The stored form of a typed code or of a scanned token."""
    if text.strip().partition(".")[0] in MARKS:
        return read_token(text).code
    code = read_code(text)
    if code is None:
        raise UnknownCode
    return code


def _answered_before(scan: Scan, at: datetime) -> Redeemed:
    """The first answer to this nonce; otherwise the reason why nothing was claimed."""
    uses = Redemption.objects.filter(nonce=scan.nonce).select_related("voucher__type", "partner")
    use = uses.first()
    if use is None:
        if not Partner.objects.filter(pk=scan.partner_id).exists():
            raise UnknownPartner(partner=scan.partner_id)
        raise reason(scan, at)
    same = (use.partner_id, use.voucher.code, use.amount if use.is_part else None)
    if use.undone_at or same != (scan.partner_id, scan.code, scan.amount):
        raise AlreadyRedeemed(when=moment(use.at), where=use.partner.name)
    rest = use.voucher.left if use.is_part else 0
    return Redeemed(use.pk, scan.code, use.voucher.type.name, use.at, use.amount, rest, use.is_part, again=True)


def _keep_refused(text: str, partner_id: int, no: VoucherRefused, *, by: Actor, at: datetime) -> None:
    """Remember a scan that was not accepted; its voucher, if the code names one."""
    values: dict[str, Any] = {"text": text.strip()[:400], "reason": no.code, "at": at, "by_name": by.name[:150]}
    code = read_code(text) or text.strip().split(".")[3:4]
    found = Voucher.objects.filter(code__in=[code] if isinstance(code, str) else code).first()
    if Partner.objects.filter(pk=partner_id).exists():
        RefusedScan.objects.create(partner_id=partner_id, voucher=found, **values)
