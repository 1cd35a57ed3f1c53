"""What residents are told about their vouchers: that they are here, that they end soon, and what can be got back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bundles.vouchers.models import Voucher, VoucherState
from bundles.vouchers.words import refund_in_words
from core.clock import days_after, kst_date
from core.ids import spaced
from malls.notices.kinds import Facts, Form, Kind, Variable

MONTH, WEEK = 30, 7
ISSUED = "voucher_issued"


def open_vouchers(at: datetime) -> QuerySet[Voucher]:
    """Vouchers that may still be used."""
    rows = Voucher.objects.filter(state=VoucherState.ISSUED, expires_on__gte=kst_date(at))
    return rows.select_related("type__partner")


def end_within_a_month(at: datetime) -> QuerySet[Voucher]:
    """Those that end within 30 days, but not within 7."""
    on = kst_date(at)
    return open_vouchers(at).filter(expires_on__range=(days_after(on, WEEK + 1), days_after(on, MONTH)))


def end_within_a_week(at: datetime) -> QuerySet[Voucher]:
    """Those that end within 7 days."""
    return open_vouchers(at).filter(expires_on__lte=days_after(kst_date(at), WEEK))


def told(vouchers: Sequence[Voucher], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """Where, which, until when, what can be got back, and the pages with code and paper."""
    return {
        one.pk: {
            "voucher": f"{one.type.partner.name} · {one.type.name} ({spaced(one.code)})",
            "until": one.expires_on.isoformat(),
            "refund": refund_in_words(one),
            "code_link": reverse("my-voucher", args=[one.code]),
            "paper_link": reverse("my-voucher-paper", args=[one.code]),
        }
        for one in vouchers
    }


UNTIL = Variable("until", gettext_lazy("last day of the first one"), "2027-11-23", Form.DAY)
OF_LINE = (
    Variable("voucher", gettext_lazy("voucher"), "고추장민속마을 · 고추장 담그기 (ABCD EFGH JKLM)"), UNTIL,
    Variable("refund", gettext_lazy("Refund"), "발행 후 7일 안에는 모두 돌려받을 수 있어요."),
    Variable("code_link", gettext_lazy("page of the code"), "/my/vouchers/ABCDEFGHJKLM/", Form.LINK),
    Variable("paper_link", gettext_lazy("page to print"), "/my/vouchers/ABCDEFGHJKLM/voucher.pdf", Form.LINK),
)  # fmt: skip
LINE = gettext_lazy("{{voucher}}\nuntil {{until}}\nQR code: {{code_link}}\nTo print: {{paper_link}}")
LINE_OF_EXPIRY = gettext_lazy(
    "{{voucher}}\nuntil {{until}}\nRefund: {{refund}}\nQR code: {{code_link}}\nTo print: {{paper_link}}"
)
TITLE = gettext_lazy("{{count}} vouchers end soon ({{until}})")
TEXT = gettext_lazy(
    "{{name}}, these vouchers have not been used yet. What you can get back is written at each.\n\n{{lines}}"
)
KINDS = (
    Kind(
        ISSUED, gettext_lazy("vouchers issued"), open_vouchers, "resident", told, (UNTIL,),
        gettext_lazy("{{count}} vouchers are here"),
        gettext_lazy(
            "{{name}}, your vouchers can be used now. Show the QR code at the gate, or print the PDF.\n\n{{lines}}"
        ),
        line=LINE, of_line=OF_LINE,
    ),
    Kind(
        "voucher_month", gettext_lazy("vouchers end within 30 days"), open_vouchers, "resident", told, (UNTIL,),
        TITLE, TEXT, finds=end_within_a_month, line=LINE_OF_EXPIRY, of_line=OF_LINE,
    ),
    Kind(
        "voucher_week", gettext_lazy("vouchers end within 7 days"), open_vouchers, "resident", told, (UNTIL,),
        TITLE, TEXT, finds=end_within_a_week, line=LINE_OF_EXPIRY, of_line=OF_LINE,
    ),
)  # fmt: skip
