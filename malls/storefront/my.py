"""My page: the frame, orders and one order."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from core.actor import Actor
from core.clock import now
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.queries import resident_of
from malls.fulfillment.models import Shipment
from malls.orders.actions import confirm_orders
from malls.orders.models import Order, OrderState
from malls.orders.queries import LIVE
from malls.payments.models import RefundState
from malls.payments.queries import refunds_of
from malls.storefront.asks import asks_of
from malls.storefront.pages import sheet_of
from ui.cards import Step
from ui.my import my_panels

WORDS = {
    OrderState.PLACED: _lazy("Order received"),
    OrderState.PAID: _lazy("Order paid for"),
    OrderState.PREPARING: _lazy("Being packed"),
    OrderState.SHIPPED: _lazy("On its way"),
    OrderState.DELIVERED: _lazy("Has arrived"),
    OrderState.CONFIRMED: _lazy("Purchase confirmed"),
    OrderState.CANCELLED: _lazy("Order cancelled"),
    OrderState.REFUNDED: _lazy("Money given back"),
}
WAY = (OrderState.PAID, OrderState.PREPARING, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CONFIRMED)
OFF_THE_WAY = (OrderState.CANCELLED, OrderState.REFUNDED)


@resident_required
def home(request: ResidentRequest) -> HttpResponse:
    """What waits for me first: each app's panel in order."""
    filled = [(one.template, one.context(request)) for one in my_panels() if one.context]
    return render(request, "storefront/my_home.html", {"panels": [(t, c) for t, c in filled if c]})


@resident_required
def orders(request: ResidentRequest) -> HttpResponse:
    """My orders, newest first."""
    sheet = sheet_of(Order.objects.filter(resident=request.resident).order_by("-id"), request, size=10)
    return render(request, "storefront/my_orders.html", {"sheet": sheet, "orders": worded(sheet)})


@resident_required
def order(request: ResidentRequest, number: str) -> HttpResponse:
    """One order: where it is, what is in it, what was paid."""
    found = get_object_or_404(Order.objects.prefetch_related("lines"), number=number, resident=request.resident)
    context = {
        "order": found,
        "word": WORDS[OrderState(found.state)],
        "steps": steps_of(found),
        "asks": asks_of(found),
        "shipment": Shipment.objects.filter(order=found).first(),
        "facts": _sum(found),
        "can_confirm": found.state == OrderState.DELIVERED,
        "can_withdraw": found.state in LIVE,
        "withdrawals": list(found.withdrawals.filter(is_residents=True)),
        "refunds": list(refunds_of(found).exclude(state=RefundState.FAILED)),
    }
    return render(request, "storefront/my_order.html", context)


@require_POST
@resident_required
def confirm(request: ResidentRequest, number: str) -> HttpResponse:
    """Say that the box arrived as promised: its shops earn it now, not after seven days."""
    found = get_object_or_404(Order, number=number, resident=request.resident)
    if found.state == OrderState.DELIVERED and confirm_orders([found], by=Actor.of(request.user, "resident"), at=now()):
        messages.success(request, _("Thank you. The purchase is confirmed."))
    return redirect("my-order", number)


def recent(request: HttpRequest) -> dict[str, Any]:
    """The panel: the last orders that are still on their way, or else the last ones."""
    resident = resident_of(request.user)
    if resident is None:
        raise Http404
    return {"orders": worded(Order.objects.filter(resident=resident).order_by("-id")[:3])}


def worded(orders: Iterable[Order]) -> list[tuple[Order, str]]:
    """Orders with where they are in a resident's words."""
    return [(order, str(WORDS[OrderState(order.state)])) for order in orders]


def steps_of(order: Order) -> list[Step]:
    """Where an order is on its way; none for one that left the way."""
    if order.state in OFF_THE_WAY or order.state == OrderState.PLACED:
        return []
    at = WAY.index(OrderState(order.state))
    states = ["done"] * at + ["now"] + ["next"] * (len(WAY) - at - 1)
    if order.state == OrderState.CONFIRMED:
        states[-1] = "done"
    return [Step(str(WORDS[state]), mark) for state, mark in zip(WAY, states, strict=True)]


def _sum(order: Order) -> list[tuple[str, str]]:
    rows = [(_("Goods"), order.goods), (_("Discount"), -order.discount), (_("Shipping"), order.shipping)]
    return [(label, f"{amount:,}원") for label, amount in rows if amount or label == _("Goods")]
