"""The staff's pages about vouchers: refund one, the rules, the signing keys, the reports."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from bundles.vouchers import reports
from bundles.vouchers.actions import quote_refund, refund_voucher, rotate_key
from bundles.vouchers.models import SigningKey, Voucher, VoucherPolicy
from bundles.vouchers.words import reason_in_words
from core.actor import Actor
from core.clock import days_after, kst_date, now
from core.errors import Refusal
from core.ids import spaced
from core.state import Transition
from malls.fulfillment.desk import frame
from malls.merchants.access import keep_access
from malls.payments.accounts import open_gateway

may_look = permission_required("vouchers.view_voucher", raise_exception=True)
may_refund = permission_required("orders.change_order", raise_exception=True)
may_rule = permission_required("vouchers.change_voucherpolicy", raise_exception=True)
may_rotate = permission_required("vouchers.change_signingkey", raise_exception=True)
either = require_http_methods(["GET", "HEAD", "POST"])
LIST = "wagtailsnippets_vouchers_voucher:list"
MOST_DAYS = 366


class PolicyForm(forms.ModelForm[VoucherPolicy]):
    """Who gets what nobody used."""

    class Meta:
        model = VoucherPolicy
        fields = ("breakage", "partner_bp")


@either
@may_refund
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """What is given back and why; then the confirmation."""
    voucher = get_object_or_404(Voucher.objects.select_related("type__partner", "resident__user"), pk=pk)
    back = reverse("wagtailsnippets_vouchers_voucher:inspect", args=[pk])
    try:
        if request.method == "POST":
            agreed = _whole(request.POST.get("agreed", ""))
            row = refund_voucher(pk, agreed=agreed, gateway=open_gateway(), by=Actor.of(request.user), at=now())
            messages.success(request, _("%(amount)s won are given back.") % {"amount": f"{row.amount:,}"})
            return redirect(back)
        found = quote_refund(voucher, at=now())
    except Refusal as no:
        messages.error(request, str(no))
        return redirect(back)
    context = {**_frame(_("Refund")), "voucher": voucher, "code": spaced(voucher.code), "quote": found}
    return render(request, "vouchers/desk/refund.html", {**context, "reason": reason_in_words(found), "back": back})


@either
@may_rule
def policy(request: HttpRequest) -> HttpResponse:
    """What becomes of vouchers that nobody uses."""
    kept = VoucherPolicy.objects.first() or VoucherPolicy()
    form = PolicyForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        form.save()
        keep_access(request, "change", "rules for vouchers")
        messages.success(request, _("The rules for vouchers are kept. They count from the next expiry on."))
        return redirect(LIST)
    return render(request, "vouchers/desk/policy.html", {**_frame(_("Rules for vouchers")), "form": form})


@either
@may_rotate
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that sign vouchers, and changing the one in use."""
    if request.method == "POST":
        rotate_key(by=Actor.of(request.user), at=now(), why=request.POST.get("why", ""))
        messages.success(request, _("New vouchers are signed with a new key. Old ones stay good."))
        return redirect(request.path)
    history = Transition.objects.filter(thing=SigningKey._meta.label).order_by("-pk")[:50]  # noqa: SLF001  meant to be read
    context = {**_frame(_("Signing keys")), "keys": SigningKey.objects.order_by("-pk"), "history": history}
    return render(request, "vouchers/desk/keys.html", context)


@require_safe
@may_look
def report(request: HttpRequest, which: str) -> HttpResponse:
    """One report, on the screen or as a spreadsheet."""
    first, last = _days(request)
    sheet = {
        "liability": lambda: reports.liability(now()),
        "uses": lambda: reports.uses_map(first, last),
        "suspicious": lambda: reports.suspicious(now()),
    }[which]()
    if request.GET.get("export") == "xlsx":
        keep_access(request, "export", sheet.title)
        answer = HttpResponse(
            sheet.as_xlsx(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        answer["Content-Disposition"] = f'attachment; filename="vouchers-{which}.xlsx"'
        return answer
    context = {**_frame(sheet.title), "sheet": sheet, "which": which, "first": first, "last": last}
    return render(request, "vouchers/desk/report.html", context)


def _days(request: HttpRequest) -> tuple[date, date]:
    """The days asked for, by default the last thirty; at most a year."""
    today = kst_date(now())
    last = min(_date(request.GET.get("last", ""), today), today)
    first = _date(request.GET.get("first", ""), days_after(last, -29))
    return max(min(first, last), days_after(last, -MOST_DAYS)), last


def _date(text: str, other: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return other


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0  # noqa: PLR2004


def _frame(title: str) -> dict[str, Any]:
    return frame(title, trail=((reverse(LIST), _("Vouchers")),))


PAGES: list[URLPattern] = [
    path("refund/<int:pk>/", refund, name="refund"),
    path("policy/", policy, name="policy"),
    path("keys/", keys, name="keys"),
    path("liability/", report, {"which": "liability"}, name="liability"),
    path("uses/", report, {"which": "uses"}, name="uses"),
    path("suspicious/", report, {"which": "suspicious"}, name="suspicious"),
]
