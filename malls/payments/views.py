"""The provider's door, and a resident's cards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import Actor
from core.clock import now
from core.errors import GatewayError
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.models import Resident
from malls.payments import actions
from malls.payments.accounts import open_gateway, webhook_secrets
from malls.payments.errors import CardRefused, NoProviderAccount
from malls.payments.forms import CardForm
from malls.payments.gateways import Declined
from malls.payments.models import PaymentMethod
from malls.payments.queries import cards_of
from malls.payments.signing import is_signed

MOST_BODY = 512_000
LIST = "/my/payment-methods/"
either = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Verify, store, answer. What it means is found out later by asking the provider."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BODY:
        return HttpResponse(status=413)
    at = now()
    if not is_signed(request.body, request.headers.get("Stripe-Signature", ""), webhook_secrets(), at):
        return HttpResponse(status=400)
    if not actions.receive_event(request.body, at=at):
        return HttpResponse(status=400)
    return HttpResponse(status=200)


@resident_required
def methods(request: ResidentRequest) -> HttpResponse:
    """My cards."""
    return render(request, "payments/methods.html", {"cards": cards_of(request.resident, now())})


@either
@resident_required
@sensitive_post_parameters("number", "cvc")
def add(request: ResidentRequest) -> HttpResponse:
    """Save a card."""
    return _card_page(request, None)


@either
@resident_required
@sensitive_post_parameters("number", "cvc")
def replace(request: ResidentRequest, pk: int) -> HttpResponse:
    """Save another card in place of this one."""
    return _card_page(request, get_object_or_404(PaymentMethod, pk=pk, resident=request.resident, removed_at=None))


def _card_page(request: ResidentRequest, old: PaymentMethod | None) -> HttpResponse:
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            card = _save(form, request.resident, old, Actor.of(request.user, "resident"))
        except CardRefused as refused:
            form.add_error(None, str(refused))
        except GatewayError:
            form.add_error(None, _("The payment provider does not answer. Please try again in a few minutes."))
        else:
            messages.success(request, _("%(card)s is saved.") % {"card": card})
            return HttpResponseRedirect(_next(request))
    context = {"form": form, "old": old, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "payments/card.html", context, status=400 if form.errors else 200)


@sensitive_variables()
def _save(form: CardForm, resident: Resident, old: PaymentMethod | None, by: Actor) -> PaymentMethod:
    gateway = open_gateway()
    if not gateway.takes_numbers:
        raise NoProviderAccount
    token = gateway.tokenize(**form.card())
    if isinstance(token, Declined):
        raise CardRefused(reason=actions.reason_of(token.code))
    if old:
        return actions.replace_method(old, token, gateway=gateway, by=by, at=now())
    return actions.save_method(resident, token, gateway=gateway, at=now())


def _next(request: HttpRequest) -> str:
    """Where the resident came from, if that is in this mall."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    fits = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if fits else LIST


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
