"""A voucher's terms and refunds in words, the same on the phone, on paper and in letters."""

from dataclasses import dataclass
from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bundles.vouchers.models import Funding, Voucher, VoucherKind
from bundles.vouchers.refunds import LOW_FACE, SHARE_BP, SMALL_FACE, SMALL_SHARE_BP, Quote, Rule
from bundles.vouchers.rules import ALL_WEEK
from ui.templatetags.ui import kdate, won

RULES = {
    Rule.SEVEN_DAYS: gettext_lazy("Within 7 days of issue and not used: all that you paid is given back."),
    Rule.REST: gettext_lazy("Most of the amount was used: what you paid for the rest is given back."),
    Rule.AFTER_EXPIRY: gettext_lazy(
        "Its last day is over: %(percent)s %% of what you paid for the rest is given back."
    ),
    Rule.GIVEN_BY_PARTNER: gettext_lazy("The partner gives this voucher: what you paid for it is given back."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a voucher's terms."""

    label: str
    text: str


def facts_of(voucher: Voucher) -> list[Fact]:
    """Everything that a holder has to know, in the order in which it is asked."""
    kind = voucher.type
    partner = kind.partner
    lines = [
        (_("Where"), " · ".join(part for part in (partner.name, partner.place) if part)),
        (_("Worth"), _worth(voucher)),
        (_("Valid"), _days(voucher)),
        (_("Days of use"), "" if set(kind.weekdays) == ALL_WEEK else days_in_words(kind.weekdays)),
        (_("Hours of use"), _hours(voucher)),
        (_("Not accepted on"), ", ".join(kdate(day) for day in sorted(kind.blackout_days))),
        (_("Opening days"), kind.available),
        (_("Persons"), _("%(count)s persons") % {"count": kind.persons}),
        (_("Companions"), kind.companion_rule),
        (_("Giving away"), _("may be given to others") if kind.is_transferable else _("only for the buyer")),
        (_("How to use"), kind.condition),
        (_("Refund"), kind.refund_rule or refund_in_words(voucher)),
    ]
    return [Fact(label, text) for label, text in lines if text]


def refund_in_words(voucher: Voucher) -> str:
    """The right of refund, as the published rules give it to this voucher."""
    if voucher.paid == 0:
        return _("It was given for free and is not paid out.")
    rate = 90 if voucher.face_value <= LOW_FACE else 95
    said = _(
        "All within 7 days of issue. After its last day %(rate)s %% of what you paid, until five years after issue."
    )
    if voucher.kind != VoucherKind.AMOUNT:
        return said % {"rate": rate}
    share = (SMALL_SHARE_BP if voucher.face_value <= SMALL_FACE else SHARE_BP) // 100
    rest = _("Once %(share)s %% of it is used, the rest at any time.") % {"share": share}
    return f"{said % {'rate': rate}} {rest}"


def reason_in_words(quote: Quote) -> str:
    """Why this amount is given back."""
    return str(RULES[quote.rule]) % {"percent": quote.rate_bp // 100}


def days_in_words(weekdays: list[int]) -> str:
    """Days of the week in words, Monday first."""
    if set(weekdays) == ALL_WEEK:
        return _("every day")
    return ", ".join(str(WEEKDAYS[day - 1]) for day in sorted(weekdays))


def _worth(voucher: Voucher) -> str:
    said = won(voucher.face_value)
    if voucher.kind == VoucherKind.AMOUNT and voucher.used:
        said = _("%(left)s left of %(face)s") % {"left": won(voucher.left), "face": said}
    return said if voucher.funding == Funding.BUYER else f"{said} · {voucher.get_funding_display()}"


def _days(voucher: Voucher) -> str:
    until = _("until %(day)s") % {"day": kdate(voucher.expires_on)}
    return f"{kdate(voucher.starts_on)} ~ {kdate(voucher.expires_on)}" if voucher.starts_on else until


def _hours(voucher: Voucher) -> str:
    opens, closes = voucher.type.opens_at, voucher.type.closes_at
    if not opens and not closes:
        return ""
    return f"{opens or time(0):%H:%M} ~ " + (f"{closes:%H:%M}" if closes else "24:00")
