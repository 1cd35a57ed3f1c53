"""Registers orders and shipping in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from core.clock import kst_date, now
from malls.fulfillment.cms import OrdersGroup
from malls.fulfillment.models import Shipment, ShipmentState
from tenants.people.waiting import add_waiting


@hooks.register("register_admin_viewset")
def orders_and_shipping() -> OrdersGroup:
    return OrdersGroup()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("orders", "payments", "fulfillment"))


def boxes_due() -> int:
    """Boxes that must leave the hub today or should have left."""
    open_ = Shipment.objects.filter(state__in=(ShipmentState.PENDING, ShipmentState.PACKED))
    return open_.filter(ship_on__lte=kst_date(now())).count()


add_waiting(
    40, "fulfillment.change_shipment", _("boxes to send by today"), boxes_due, lambda: reverse("shipping:index")
)
