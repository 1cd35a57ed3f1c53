"""The gate: partners' people use vouchers on any phone, with one code entry and one glance at the answer."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from bundles.vouchers.actions import redeem_voucher, undo_redemption
from bundles.vouchers.actions.redeeming import Redeemed
from bundles.vouchers.errors import AmountNeeded, NotAPartner, UnknownCode
from bundles.vouchers.models import Partner, PartnerMember, Redemption
from bundles.vouchers.rules import UNDO_MINUTES
from core.actor import Actor
from core.clock import kst_date, kst_midnight, now
from core.errors import Refusal
from core.ids import spaced
from ui.templatetags.ui import won


class PartnerRequest(HttpRequest):
    """A request of a partner's person."""

    partner: Partner


def home(user: AbstractBaseUser | AnonymousUser) -> str:
    """Where partners' people work after logging in; nothing for others."""
    return "/redeem/" if PartnerMember.objects.filter(user_id=user.pk or 0).exists() else ""


def partner_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to log in, refuse who is no partner's person, and give the view `request.partner`."""

    @wraps(view)
    def guarded(request: PartnerRequest, *args: object, **kwargs: object) -> HttpResponse:
        member = PartnerMember.objects.filter(user_id=request.user.pk or 0).select_related("partner").first()
        if member is None:
            raise NotAPartner
        request.partner = member.partner
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


@dataclass(frozen=True, slots=True)
class Result:
    """What the gate shows: `look` is good, bad or ask (an amount is to be entered for `code`)."""

    look: str
    title: str
    text: str
    code: str = ""


class UndoForm(forms.Form):
    """Why a use is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@partner_required
def gate(request: PartnerRequest, template: str) -> HttpResponse:
    """Enter or scan a code; green when it was used now, red with the reason when not.

    The answer to a scan leaves today's uses to a second request: people wait for the answer only.
    """
    result = _redeem(request) if request.method == "POST" else None
    context = {"partner": request.partner, "result": result, "nonce": secrets.token_urlsafe(24), "tab": "gate"}
    if result is None:
        context |= _today(request.partner)
    return render(request, template, context, status=409 if result and result.look == "bad" else 200)


@partner_required
def today(request: PartnerRequest) -> HttpResponse:
    """Today's uses alone."""
    return render(request, "vouchers/_today.html", _today(request.partner))


def _today(partner: Partner) -> dict[str, Any]:
    uses = uses_of(partner)
    return {"uses": uses, "total": sum(one.worth for one in uses if one.undone_at is None)}


@partner_required
def undo(request: PartnerRequest, pk: int) -> HttpResponse:
    """Take a use back within ten minutes, with a reason."""
    use = get_object_or_404(Redemption.objects.select_related("voucher__type"), pk=pk, partner=request.partner)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_redemption(pk, request.partner.pk, form.cleaned_data["reason"], by=_by(request), at=now())
            messages.success(request, _("The use was taken back. The voucher can be used again."))
        except Refusal as no:
            messages.error(request, str(no))
        return redirect("redeem")
    context = {
        "question": _("Take back the use of %(code)s?") % {"code": spaced(use.voucher.code)},
        "consequences": [
            use.voucher.type.name,
            _("The voucher can be used again, and the amount is taken off your settlement."),
        ],
        "confirm_label": _("Undo this use"),
        "back": reverse("redeem"),
        "back_label": _("Leave as it is"),
        "form": form,
    }
    return render(request, "vouchers/undo.html", context)


def uses_of(partner: Partner) -> list[Any]:
    """Today's uses at a partner, newest first, each with whether it can still be taken back."""
    at = now()
    today = Redemption.objects.filter(partner=partner, at__gte=kst_midnight(kst_date(at)))
    uses: list[Any] = list(today.select_related("voucher__type").order_by("-pk")[:200])
    for use in uses:
        use.can_undo = use.undone_at is None and at <= use.at + timedelta(minutes=UNDO_MINUTES)
    return uses


def _redeem(request: PartnerRequest) -> Result:
    text = request.POST.get("code", "")[:400].replace("\x00", "")
    nonce = request.POST.get("nonce", "")[:64].replace("\x00", "") or secrets.token_urlsafe(24)
    amount = _amount(request.POST.get("amount", ""))
    try:
        if not text.strip():
            raise UnknownCode
        done = redeem_voucher(text, request.partner.pk, by=_by(request), at=now(), nonce=nonce, amount=amount)
    except AmountNeeded as asked:
        return Result("ask", _("How much is used?"), str(asked), text)
    except Refusal as no:
        return Result("bad", _("Not accepted"), str(no))
    return Result("good", done.name, _said(done))


def _said(done: Redeemed) -> str:
    if done.is_part:
        words = {"amount": won(done.amount), "rest": won(done.rest), "code": spaced(done.code)}
        return _("%(amount)s used now, %(rest)s left. Code %(code)s") % words
    return _("Used now. Code %(code)s") % {"code": spaced(done.code)}


def _amount(text: str) -> int | None:
    """A typed amount in won; nothing typed is None, nonsense is 0."""
    digits = text.replace(",", "").replace("원", "").strip()
    if not digits:
        return None
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0  # noqa: PLR2004


def _by(request: HttpRequest) -> Actor:
    return Actor.of(request.user, "partner")
