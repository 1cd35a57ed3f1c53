"""Registers orders and shipping in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from core.clock import kst_date, kst_midnight, month_of, now
from malls.fulfillment.cms import OrdersGroup
from malls.fulfillment.models import Shipment, ShipmentState
from malls.orders.models import Order
from tenants.people.waiting import add_figure, add_waiting
from ui.templatetags.ui import won


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


def paid_this_month() -> dict[str, int]:
    """Orders paid since the first of the month, and their won."""
    first, _next = month_of(kst_date(now()))
    found: dict[str, int] = Order.objects.filter(paid_at__gte=kst_midnight(first)).aggregate(
        orders=Count("pk"), won=Sum("total", default=0)
    )
    return found


add_figure(20, "orders.view_order", _("orders paid this month"), lambda: f"{paid_this_month()['orders']:,}")
add_figure(21, "orders.view_order", _("paid this month"), lambda: won(paid_this_month()["won"]))
