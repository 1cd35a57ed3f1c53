"""A voucher on paper: a tagged PDF with its QR code, its terms and where to call."""

from base64 import b64encode
from datetime import datetime
from io import BytesIO

import segno
from django.utils import translation

from bundles.vouchers.models import Voucher
from bundles.vouchers.tokens import ensure_key, sign
from bundles.vouchers.words import facts_of
from core.documents import render_pdf
from core.ids import spaced

TEMPLATE, STYLESHEET = "vouchers/paper/voucher.html", "vouchers/paper/voucher.css"


def picture(token: str) -> bytes:
    """A token as a QR picture (SVG), black on white with its quiet zone."""
    out = BytesIO()
    segno.make(token, error="m", micro=False).save(
        out, kind="svg", scale=8, border=4, light="#fff", dark="#000", xmldecl=False
    )
    return out.getvalue()


def paper_of(voucher: Voucher, *, at: datetime) -> bytes:
    """The PDF of a voucher, in Korean."""
    code = b64encode(picture(sign(voucher, ensure_key(at=at)))).decode()
    with translation.override("ko"):
        context = {
            "voucher": voucher,
            "code": spaced(voucher.code),
            "facts": facts_of(voucher),
            "qr": f"data:image/svg+xml;base64,{code}",
        }
        return render_pdf(TEMPLATE, context, stylesheet=STYLESHEET)
