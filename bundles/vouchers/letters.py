"""What residents read about their vouchers."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.vouchers.models import NoticeKind, Voucher, VoucherNotice
from bundles.vouchers.words import refund_in_words
from core.ids import spaced
from ui.templatetags.ui import kdate


def letter_of(notices: Sequence[VoucherNotice]) -> EmailMessage:
    """One letter about a resident's vouchers of one kind of fact; each with its link to the QR code and the PDF."""
    first = notices[0].voucher
    known = {"name": first.resident, "count": len(notices), "until": kdate(first.expires_on)}
    subject, opening = _words(NoticeKind(notices[0].kind))
    lines = "\n\n".join(_line(notice.voucher, with_refund=notice.kind != NoticeKind.ISSUED) for notice in notices)
    return EmailMessage(subject % known, f"{opening % known}\n\n{lines}", to=[first.resident.user.email])


def _words(kind: NoticeKind) -> tuple[str, str]:
    if kind == NoticeKind.ISSUED:
        return (
            _("%(count)s vouchers are here"),
            _("%(name)s, your vouchers can be used now. Show the QR code at the gate, or print the PDF."),
        )
    return (
        _("%(count)s vouchers end soon (%(until)s)"),
        _("%(name)s, these vouchers have not been used yet. What you can get back is written at each."),
    )


def _line(voucher: Voucher, *, with_refund: bool) -> str:
    said = [
        f"{voucher.type.partner.name} · {voucher.type.name} ({spaced(voucher.code)})",
        _("until %(day)s") % {"day": kdate(voucher.expires_on)},
        _("QR code: %(link)s") % {"link": address(reverse("my-voucher", args=[voucher.code]))},
        _("To print: %(link)s") % {"link": address(reverse("my-voucher-paper", args=[voucher.code]))},
    ]
    if with_refund:
        said.insert(2, _("Refund: %(words)s") % {"words": refund_in_words(voucher)})
    return "\n".join(said)


def address(path: str) -> str:
    """A path of this municipality's mall as a whole address."""
    host = f"{connection.schema_name.replace('_', '-')}.{settings.ENV.base_host}"  # type: ignore[attr-defined]
    return str(settings.ENV.address(host, path))
