"""The page behind the link of a failed payment: the holder agrees, or enters a card anew."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bundles.billing.actions import bill_subscription, confirm_payment, settle_payment
from bundles.billing.links import cycle_of, payment_path
from bundles.billing.waiting import open_charge
from bundles.subscriptions.models import Cycle, CycleState
from bundles.subscriptions.queries import of_resident, waiting_for_holder
from core.actor import Actor
from core.clock import now
from core.errors import GatewayError, Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.payments.accounts import mall_address, open_gateway
from malls.payments.actions import finish_visit, open_visit
from malls.payments.leaving import leads_outside
from malls.payments.models import CardVisit
from ui.templatetags.ui import won


def _cycle(token: str) -> Cycle:
    pk = cycle_of(token)
    rows = Cycle.objects.select_related(
        "subscription__plan__bundle", "subscription__method", "subscription__resident__user", "order"
    )
    if pk is None:
        raise Http404
    return get_object_or_404(rows, pk=pk)


def _payer(cycle: Cycle) -> Actor:
    return Actor.of(cycle.subscription.resident.user, "resident")


@require_safe
@resident_required
def mine(request: ResidentRequest, pk: int) -> HttpResponse:
    """From my page to the payment of a subscription that waits for my word."""
    found = get_object_or_404(of_resident(request.resident), pk=pk)
    box = waiting_for_holder().filter(subscription=found).first()
    return redirect(payment_path(box)) if box else redirect("my-subscription", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, token: str) -> HttpResponse:
    """Read what is to be paid; on POST go to the provider's page."""
    cycle, gateway = _cycle(token), open_gateway()
    if request.method == "POST":
        try:
            page = _page(cycle, token)
        except Refusal as no:
            messages.error(request, str(no))
        except GatewayError:
            messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
        else:
            if page:
                return HttpResponseRedirect(page)
            _tell(request, cycle)
        return redirect(request.path)
    waits = open_charge(cycle) is not None
    context = {
        "cycle": cycle,
        "subscription": cycle.subscription,
        "needs": waits or cycle.needs_holder,
        "waits": waits,
        "confirms": gateway.confirms,
        "is_paid": cycle.state in (CycleState.ORDERED, CycleState.FULFILLED),
    }
    return leads_outside(render(request, "billing/payment.html", context), gateway)


def _page(cycle: Cycle, token: str) -> str:
    """Where the holder agrees: to this one charge, or with a card that is entered anew."""
    gateway = open_gateway()
    if gateway.confirms:
        back = mall_address(reverse("payment-confirmed", args=[token]))
        return confirm_payment(cycle, back=back, gateway=gateway, by=_payer(cycle), at=now())
    back = mall_address(reverse("payment-card", args=[token, "visit"])).replace("/visit/", "/{token}/")
    one = cycle.subscription
    return open_visit(one.resident, back=back, gateway=gateway, at=now(), replaces=one.method)


@never_cache
@require_safe
def confirmed(request: HttpRequest, token: str) -> HttpResponse:
    """The holder is back from agreeing: the provider is asked what came of it."""
    cycle = _cycle(token)
    try:
        settle_payment(cycle, gateway=open_gateway(), by=_payer(cycle), at=now())
    except GatewayError:
        messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
    else:
        _tell(request, cycle)
    return redirect("confirm-payment", token)


@never_cache
@require_safe
def card(request: HttpRequest, token: str, visit: str) -> HttpResponse:
    """The holder is back with a card: it takes the old one's place and the open box is charged, once."""
    cycle = _cycle(token)
    rows = CardVisit.objects.select_related("resident__user", "method", "replaces")
    found = get_object_or_404(rows, token=visit, resident=cycle.subscription.resident)
    gateway, by, at = open_gateway(), _payer(cycle), now()
    try:
        if finish_visit(found, request.GET, gateway=gateway, by=by, at=at):
            bill_subscription(cycle.subscription, at=at, gateway=gateway, by=by)
            _tell(request, cycle)
        else:
            messages.info(request, _("No card was saved: you came back from the card page without one."))
    except Refusal as no:
        messages.error(request, str(no))
    except GatewayError:
        messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
    return redirect("confirm-payment", token)


def _tell(request: HttpRequest, cycle: Cycle) -> None:
    """How the box stands now."""
    cycle.refresh_from_db()
    if cycle.state == CycleState.ORDERED:
        messages.success(request, _("%(amount)s was paid. Thank you.") % {"amount": won(cycle.amount)})
    elif cycle.state == CycleState.FAILED:
        messages.warning(request, _("The payment did not go through. Nothing was charged."))
    elif cycle.state == CycleState.DUE:
        messages.info(request, _("The bank has not told yet how the payment ended. We look again in a few minutes."))
