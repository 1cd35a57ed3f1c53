"""The provider's door, and a resident's cards."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import Actor
from core.clock import now
from core.errors import GatewayError, Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.payments import actions
from malls.payments.accounts import mall_address, open_gateway, webhook_secrets
from malls.payments.gateways.messages import Message, korean_message, stripe_message
from malls.payments.leaving import leads_outside
from malls.payments.models import CardVisit, PaymentMethod
from malls.payments.queries import cards_of
from malls.payments.signing import is_sealed, is_signed

SILENT = gettext_noop("The payment provider does not answer. Please try again in a few minutes.")
MOST_BODY = 512_000
LIST = "/my/payment-methods/"
either = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Verify, store, answer. What it means is found out later by asking the provider."""
    header = request.headers.get("Stripe-Signature", "")
    return _take(request, lambda body, at: is_signed(body, header, webhook_secrets(), at), stripe_message)


@csrf_exempt
@require_POST
def korean_webhook(request: HttpRequest) -> HttpResponse:
    """The same for the Korean shape."""
    headers = request.headers
    return _take(
        request,
        lambda body, at: is_sealed(body, headers, webhook_secrets(), at),
        lambda body: korean_message(body, headers),
    )


def _take(
    request: HttpRequest, believes: Callable[[bytes, datetime], bool], read: Callable[[bytes], Message | None]
) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MOST_BODY:
        return HttpResponse(status=413)
    at = now()
    message = read(request.body) if believes(request.body, at) else None
    if message is None:
        return HttpResponse(status=400)
    actions.receive_event(message, at=at)
    return HttpResponse(status=200)


@resident_required
def methods(request: ResidentRequest) -> HttpResponse:
    """My cards."""
    return render(request, "payments/methods.html", {"cards": cards_of(request.resident, now())})


@either
@resident_required
def add(request: ResidentRequest) -> HttpResponse:
    """Go to the provider's page and save a card there."""
    return _leave(request, None)


@either
@resident_required
def replace(request: ResidentRequest, pk: int) -> HttpResponse:
    """The same, in place of this card."""
    return _leave(request, get_object_or_404(PaymentMethod, pk=pk, resident=request.resident, removed_at=None))


def _leave(request: ResidentRequest, old: PaymentMethod | None) -> HttpResponse:
    """Say where the resident goes, then go there. Card numbers never come to this mall."""
    gateway, said = open_gateway(), ""
    if request.method == "POST":
        try:
            back = mall_address("/my/payment-methods/back/{token}/")
            url = actions.open_visit(
                request.resident, back=back, gateway=gateway, at=now(), replaces=old, goes_to=_next(request)
            )
            return HttpResponseRedirect(url)
        except GatewayError:
            said = SILENT
    context = {
        "old": old,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "is_demo": gateway.takes_numbers,
        "said": _(said) if said else "",
    }
    return leads_outside(render(request, "payments/card.html", context, status=503 if said else 200), gateway)


@require_safe
@resident_required
def back(request: ResidentRequest, token: str) -> HttpResponse:
    """The resident comes back: the provider is asked what came of the visit."""
    visit = get_object_or_404(
        CardVisit.objects.select_related("resident__user", "method", "replaces"), token=token, resident=request.resident
    )
    old = visit.replaces if visit.replaces and not visit.replaces.removed_at else None
    try:
        card = actions.finish_visit(
            visit, request.GET, gateway=open_gateway(), by=Actor.of(request.user, "resident"), at=now()
        )
    except Refusal as refused:
        messages.error(request, str(refused))
    except GatewayError:
        messages.error(request, _(SILENT))
    else:
        if card:
            messages.success(request, _("%(card)s is saved.") % {"card": card})
            return redirect(visit.goes_to or LIST)
        messages.info(request, _("No card was saved: you came back from the card page without one."))
    url = reverse("my-payment-method-replace", args=[old.pk]) if old else reverse("my-payment-method-add")
    return redirect(f"{url}?{urlencode({'next': visit.goes_to})}" if visit.goes_to else url)


def _next(request: HttpRequest) -> str:
    """Where the resident came from, if that is in this mall."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    fits = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if fits else ""


@either
@resident_required
def remove(request: ResidentRequest, pk: int) -> HttpResponse:
    """Ask on GET, forget the card on POST."""
    card = get_object_or_404(PaymentMethod, pk=pk, resident=request.resident, removed_at=None)
    if request.method == "POST":
        actions.remove_method(card, gateway=open_gateway(), at=now())
        messages.success(request, _("%(card)s is removed.") % {"card": card})
        return redirect("my-payment-methods")
    context = {
        "question": _("Remove %(card)s?") % {"card": card},
        "consequences": [_("It can no longer be charged. You can add it again at any time.")],
        "confirm_label": _("Remove"),
        "kind": "danger",
        "back": LIST,
        "back_label": _("Keep it"),
    }
    return render(request, "ui/confirm.html", context)
