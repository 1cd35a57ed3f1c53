"""My vouchers: what I can still use, each with its QR code."""

from io import BytesIO
from typing import Any

import segno
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bundles.vouchers.models import Voucher, VoucherState
from bundles.vouchers.tokens import ensure_key, sign
from core.clock import now
from core.ids import spaced
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.models import Resident
from malls.customers.queries import resident_of


def of_resident(resident: Resident) -> QuerySet[Voucher]:
    """A resident's vouchers: usable ones first, those that end soonest before others."""
    spent = Case(When(state=VoucherState.ISSUED, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Voucher.objects.filter(resident=resident).annotate(spent=spent).order_by("spent", "expires_on", "pk")
    return rows.select_related("type__partner")


@resident_required
def index(request: ResidentRequest) -> HttpResponse:
    """All my vouchers."""
    vouchers = list(of_resident(request.resident)[:200])
    usable = [one for one in vouchers if one.state == VoucherState.ISSUED]
    spent = [one for one in vouchers if one.state != VoucherState.ISSUED]
    return render(request, "vouchers/index.html", {"usable": usable, "spent": spent})


@resident_required
def detail(request: ResidentRequest, code: str) -> HttpResponse:
    """One voucher, large enough to be scanned from a phone."""
    voucher = get_object_or_404(of_resident(request.resident), code=code)
    use = voucher.redemptions.filter(undone_at=None).select_related("partner").first()
    return render(request, "vouchers/detail.html", {"voucher": voucher, "code": spaced(voucher.code), "use": use})


@resident_required
def qr(request: ResidentRequest, code: str) -> HttpResponse:
    """The voucher's signed token as a QR picture; only for its owner, only while it can be used."""
    voucher = get_object_or_404(of_resident(request.resident), code=code, state=VoucherState.ISSUED)
    out = BytesIO()
    segno.make(sign(voucher, ensure_key(at=now())), error="m", micro=False).save(
        out, kind="svg", scale=8, border=4, light="#fff", dark="#000", xmldecl=False
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def panel(request: HttpRequest) -> dict[str, Any]:
    """My page: vouchers that can be used."""
    resident = resident_of(request.user)
    usable = list(of_resident(resident).filter(state=VoucherState.ISSUED)[:4]) if resident else []
    return {"vouchers": usable} if usable else {}
