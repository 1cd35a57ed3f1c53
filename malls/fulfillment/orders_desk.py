"""주문: the list, one order, cancelling and voiding it; refunds have a desk of their own."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import GatewayError, Refusal
from malls.fulfillment.desk import frame, note_access, page_of
from malls.orders.actions import cancel_orders
from malls.orders.models import Order, OrderState
from malls.orders.queries import history_of
from malls.payments.accounts import open_gateway
from malls.payments.actions import may_void, reason_of, void_order
from malls.payments.actions.refunding import left_of
from malls.payments.queries import charges_of, paying_charge, refunds_of

REFUNDABLE = (
    OrderState.PAID, OrderState.PREPARING, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CONFIRMED,
)  # fmt: skip
STATE_WORDS = dict(OrderState.choices)
may_look = permission_required("orders.view_order", raise_exception=True)
may_change = permission_required("orders.change_order", raise_exception=True)
either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@may_look
def orders(request: HttpRequest) -> HttpResponse:
    """Every order, newest first; by number, recipient, phone, title or e-mail, and by state."""
    context = {
        **frame(_("Orders")),
        "page": page_of(request, _found(request)),
        "states": OrderState.choices,
        "chosen": request.GET.get("state", ""),
        "q": request.GET.get("q", ""),
    }
    return render(request, "fulfillment/desk/orders.html", context)


def _found(request: HttpRequest) -> QuerySet[Order]:
    rows = Order.objects.select_related("resident__user", "shipment")
    state, words = request.GET.get("state", ""), request.GET.get("q", "").replace("\0", "").strip()
    if state in OrderState.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(recipient__icontains=words)
            | Q(phone__contains=words)
            | Q(title__icontains=words)
            | Q(resident__user__email__icontains=words)
        )
    return rows


@require_safe
@may_look
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what, whose, paid how, where it is, who moved it."""
    found = _order(number)
    note_access(request, "view", f"order {found.number}")
    charges = list(charges_of([found.pk]))
    paid = paying_charge(found)
    context = {
        **frame(found.number, subtitle=found.title, trail=((reverse("orders:index"), _("Orders")),)),
        "order": found,
        "lines": list(found.lines.all()),
        "charges": [(one, reason_of(one.decline_code) if one.decline_code else "") for one in charges],
        "refunds": list(refunds_of(found).prefetch_related("returned__lines__line")),
        "prepaid_by": paid.order if paid and paid.order_id != found.pk else None,
        "rest": max(0, left_of(paid)) if paid else 0,
        "history": [(STATE_WORDS.get(step.after, step.after), step) for step in history_of(found)],
        "may_change": request.user.has_perm("orders.change_order"),
        "may_refund": found.state in REFUNDABLE and paid is not None,
        "may_cancel": found.state == OrderState.PLACED,
        "may_void": paid is not None and may_void(found, now()),
        "withdrawals": list(found.withdrawals.all()),
    }
    return render(request, "fulfillment/desk/order.html", context)


def _order(number: str) -> Order:
    return get_object_or_404(Order.objects.select_related("resident__user", "shipment"), number=number)


@either
@may_change
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then cancel an order that was never paid."""
    found = _order(number)
    if request.method == "POST":
        why = request.POST.get("reason", "").strip()[:200]
        return _done(
            request, found, _("The order is cancelled."), lambda by: cancel_orders([found], by=by, at=now(), why=why)
        )
    text = _("The order was never paid. Its stock becomes free again.")
    return _ask(request, found, title=_("Cancel the order"), text=text)


@either
@may_change
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then undo a purchase on its own day."""
    found = _order(number)
    if request.method == "POST":
        why = request.POST.get("reason", "").strip()[:200]
        return _done(
            request,
            found,
            _("The order is voided."),
            lambda by: void_order(found, reason=why, gateway=open_gateway(), by=by, at=now()),
        )
    text = _("The order was paid today and is not being packed yet. All of the money goes back.")
    return _ask(request, found, title=_("Void the order"), text=text)


def _ask(request: HttpRequest, found: Order, *, title: str, text: str) -> HttpResponse:
    trail = ((reverse("orders:index"), _("Orders")), (reverse("orders:order", args=[found.number]), found.number))
    context = {**frame(title, trail=trail), "order": found, "text": text, "title": title}
    return render(request, "fulfillment/desk/ask.html", context)


def _done(request: HttpRequest, found: Order, said: str, do: Any) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        do(Actor.of(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except GatewayError:
        messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
    else:
        messages.success(request, said)
    return redirect("orders:order", found.number)
