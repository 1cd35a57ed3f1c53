"""Boxes whose payment waits for its card holder."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.subscriptions.models import Cycle
from bundles.subscriptions.queries import waiting_for_holder
from malls.orders.models import Order
from malls.payments.models import OPEN_CHARGES, Charge
from malls.storefront.asks import Ask
from ui.templatetags.ui import won


def open_charge(cycle: Cycle) -> Charge | None:
    """The charge of a box that has no end yet."""
    rows = Charge.objects.filter(order=cycle.order_id, state__in=OPEN_CHARGES).select_related("order", "method")
    return rows.first() if cycle.order_id else None


def unconfirmed(order: Order) -> Ask | None:
    """What an order asks of its resident while its payment waits for the card holder's word."""
    box = waiting_for_holder().filter(order=order).first()
    if box is None:
        return None
    text = _("Your bank wants to hear from you before %(amount)s is paid. Without your word nothing is charged.")
    href = reverse("my-payment", args=[box.subscription_id])
    return Ask(text % {"amount": won(box.amount)}, _("Confirm and pay"), href)
