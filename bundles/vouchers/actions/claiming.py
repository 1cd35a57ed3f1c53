"""The one statement that uses a voucher, and why it hit nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bundles.vouchers import errors
from bundles.vouchers.models import Voucher, VoucherKind, VoucherState
from bundles.vouchers.rules import NotNow, why_not
from bundles.vouchers.words import days_in_words
from core.actor import Actor
from core.clock import KST

TERMS_HOLD = """
    v.expires_on >= %(on)s AND (v.starts_on IS NULL OR v.starts_on <= %(on)s)
    AND %(weekday)s = ANY (t.weekdays) AND %(on)s <> ALL (t.blackout_days)
    AND (t.opens_at IS NULL OR t.opens_at <= %(clock)s) AND (t.closes_at IS NULL OR t.closes_at > %(clock)s)
"""
"""`rules.why_not` as the database asks it; a test compares the two."""

CLAIM = f"""
WITH aim AS (
    SELECT v.id, v.state, v.order_number, v.kind, v.worth, v.face_value, t.name, p.commission_bp,
        used + taken.amount AS used, taken.amount,
        CASE WHEN used + taken.amount = v.face_value THEN v.worth - v.earned
             ELSE v.worth * taken.amount / v.face_value END AS part
    FROM vouchers_voucher v JOIN vouchers_vouchertype t ON t.id = v.type_id
    JOIN vouchers_partner p ON p.id = t.partner_id
    CROSS JOIN LATERAL (SELECT coalesce(%(amount)s::bigint, v.face_value) AS amount) taken
    WHERE v.code = %(code)s AND t.partner_id = %(partner)s AND v.state = 'issued'
      AND (v.kind = 'amount') = (%(amount)s::bigint IS NOT NULL) AND v.used + taken.amount <= v.face_value
      AND NOT EXISTS (SELECT 1 FROM vouchers_redemption WHERE nonce = %(nonce)s)
      AND {TERMS_HOLD}
    FOR UPDATE OF v
), claimed AS (
    UPDATE vouchers_voucher AS v SET used = aim.used, earned = v.earned + aim.part,
        state = CASE WHEN aim.used = v.face_value THEN 'redeemed' ELSE 'issued' END
    FROM aim WHERE v.id = aim.id
    RETURNING v.id, v.state, v.face_value - v.used AS rest
), redeemed AS (
    INSERT INTO vouchers_redemption
        (voucher_id, partner_id, nonce, amount, worth, is_part, at, by_name, undo_reason)
    SELECT aim.id, %(partner)s, %(nonce)s, aim.amount, aim.part, aim.kind = 'amount', %(at)s, %(by)s, ''
    FROM aim JOIN claimed USING (id) RETURNING id
), told AS (
    INSERT INTO core_transition (thing, thing_id, before, after, at, by_kind, by_name, by_user_id, why)
    SELECT 'vouchers.Voucher', id, 'issued', 'redeemed', %(at)s, %(kind)s, %(by)s, %(user)s, '' FROM claimed
    WHERE state = 'redeemed'
)
SELECT redeemed.id, aim.name, aim.order_number, aim.amount, aim.part, claimed.rest, aim.commission_bp
FROM redeemed, aim, claimed
"""  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Scan:
    """What a gate asks: a code at a partner, perhaps an amount, under a number of its own."""

    code: str
    partner_id: int
    nonce: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A use that was written. Won: `amount` of the face value, `worth` for the partner, `rest` still to be used."""

    redemption_id: int
    name: str
    order_number: str
    amount: int
    worth: int
    rest: int
    commission_bp: int


def claim(scan: Scan, *, by: Actor, at: datetime) -> Claimed | None:
    """Use the voucher if everything holds: the statement hits one row or none, whoever else scans at the moment."""
    values = {
        "code": scan.code, "partner": scan.partner_id, "nonce": scan.nonce, "amount": scan.amount, "at": at,
        "by": by.name[:150], "kind": by.kind, "user": by.user_id, **moment_of(at),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        row = cursor.fetchone()
    return Claimed(*row) if row else None


def moment_of(at: datetime) -> dict[str, Any]:
    """The Korean day, weekday and time of day, as `TERMS_HOLD` asks for them."""
    korean = at.astimezone(KST)
    return {"on": korean.date(), "weekday": korean.isoweekday(), "clock": korean.time()}


def reason(scan: Scan, at: datetime) -> errors.VoucherRefused:
    """Why the claim hit nothing."""
    voucher = Voucher.objects.filter(code=scan.code).select_related("type__partner").first()
    if voucher is None:
        return errors.UnknownCode()
    if voucher.type.partner_id != scan.partner_id:
        return errors.WrongPartner(partner=voucher.type.partner.name)
    if voucher.state == VoucherState.REDEEMED:
        use = voucher.redemptions.filter(undone_at=None).select_related("partner").latest("pk")
        return errors.AlreadyRedeemed(when=moment(use.at), where=use.partner.name)
    if voucher.state in (VoucherState.EXPIRED, VoucherState.LAPSED):
        return _terms_refusal(voucher, NotNow.EXPIRED, at)
    if voucher.state != VoucherState.ISSUED:
        return errors.VoucherNotUsable(state=voucher.get_state_display())
    broken = why_not(voucher.terms, at)
    return _terms_refusal(voucher, broken, at) if broken else _amount_refusal(voucher, scan)


def _terms_refusal(voucher: Voucher, broken: NotNow, at: datetime) -> errors.VoucherRefused:
    kind = voucher.type
    if broken == NotNow.EXPIRED:
        return errors.VoucherExpired(until=f"{voucher.expires_on:%Y-%m-%d}")
    if broken == NotNow.NOT_YET:
        return errors.NotYetUsable(start=f"{voucher.starts_on:%Y-%m-%d}")
    if broken == NotNow.BLACKOUT_DAY:
        return errors.BlackoutDay(day=f"{at.astimezone(KST):%Y-%m-%d}")
    if broken == NotNow.WRONG_WEEKDAY:
        return errors.WrongWeekday(days=days_in_words(kind.weekdays))
    opens, closes = kind.opens_at, kind.closes_at
    return errors.OutsideHours(
        opens=f"{opens:%H:%M}" if opens else "00:00", closes=f"{closes:%H:%M}" if closes else "24:00"
    )


def _amount_refusal(voucher: Voucher, scan: Scan) -> errors.VoucherRefused:
    """All else holds: the amount is missing, too much, or not asked for; or someone was faster a moment ago."""
    left = f"{voucher.left:,}"
    if voucher.kind != VoucherKind.AMOUNT:
        return errors.NotAnAmount() if scan.amount is not None else errors.VoucherNotUsable(state=_("in use just now"))
    return errors.TooMuch(left=left) if scan.amount and scan.amount > 0 else errors.AmountNeeded(left=left)


def moment(at: datetime) -> str:
    """A Korean day and time."""
    return f"{at.astimezone(KST):%Y-%m-%d %H:%M}"
