"""My vouchers: what I can still use, each with its QR code."""

from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bundles.vouchers.actions import quote_refund, refund_voucher
from bundles.vouchers.actions.refunding import REFUNDABLE
from bundles.vouchers.errors import QuoteChanged
from bundles.vouchers.models import Voucher, VoucherRefund, VoucherState
from bundles.vouchers.paper import paper_of, picture
from bundles.vouchers.tokens import ensure_key, sign
from bundles.vouchers.words import facts_of, reason_in_words
from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from core.ids import spaced
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.models import Resident
from malls.customers.queries import resident_of
from malls.payments.accounts import open_gateway
from ui.templatetags.ui import won


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
    """One voucher, large and bright enough to be scanned from a phone."""
    voucher = get_object_or_404(of_resident(request.resident), code=code)
    context = {
        "voucher": voucher,
        "code": spaced(voucher.code),
        "uses": voucher.redemptions.filter(undone_at=None).select_related("partner").order_by("pk")[:50],
        "facts": facts_of(voucher),
        "refund": VoucherRefund.objects.filter(voucher=voucher, undone_at=None).select_related("refund").first(),
        "may_ask": voucher.state in REFUNDABLE and voucher.paid > 0,
    }
    return render(request, "vouchers/detail.html", context)


@resident_required
def qr(request: ResidentRequest, code: str) -> HttpResponse:
    """The voucher's signed token as a QR picture; only for its owner, only while it can be used."""
    voucher = get_object_or_404(of_resident(request.resident), code=code, state=VoucherState.ISSUED)
    return HttpResponse(picture(sign(voucher, ensure_key(at=now()))), content_type="image/svg+xml")


@resident_required
def paper(request: ResidentRequest, code: str) -> HttpResponse:
    """The voucher to print; only for its owner, only while it can be used."""
    voucher = get_object_or_404(of_resident(request.resident), code=code, state=VoucherState.ISSUED)
    answer = HttpResponse(paper_of(voucher, at=now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="voucher-{voucher.code}.pdf"'
    return answer


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: ResidentRequest, code: str) -> HttpResponse:
    """What is given back and why, in won; then the confirmation."""
    voucher = get_object_or_404(of_resident(request.resident), code=code)
    if request.method == "POST":
        return _give_back(request, voucher)
    try:
        found = quote_refund(voucher, at=now())
    except Refusal as no:
        messages.info(request, str(no))
        return redirect("my-voucher", code)
    context = {"voucher": voucher, "code": spaced(code), "quote": found, "reason": reason_in_words(found)}
    return render(request, "vouchers/refund.html", context)


def _give_back(request: ResidentRequest, voucher: Voucher) -> HttpResponse:
    agreed = request.POST.get("agreed", "")
    try:
        row = refund_voucher(
            voucher.pk, agreed=int(agreed) if agreed.isascii() and agreed.isdigit() and len(agreed) < 12 else 0,  # noqa: PLR2004
            gateway=open_gateway(), by=Actor.of(request.user), at=now(),
        )  # fmt: skip
    except QuoteChanged as changed:
        messages.error(request, str(changed))
        return redirect("my-voucher-refund", voucher.code)
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(
            request, _("%(amount)s is given back to the card that you paid with.") % {"amount": won(row.amount)}
        )
    return redirect("my-voucher", voucher.code)


def panel(request: HttpRequest) -> dict[str, Any]:
    """My page: vouchers that can be used."""
    resident = resident_of(request.user)
    usable = list(of_resident(resident).filter(state=VoucherState.ISSUED)[:4]) if resident else []
    return {"vouchers": usable} if usable else {}
