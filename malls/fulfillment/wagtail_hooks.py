"""Registers orders and shipping in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from malls.fulfillment import numbers
from malls.fulfillment.cms import MessageAccountViewSet, NoticesViewSet, OrdersGroup, PaymentsGroup, WordingsViewSet
from tenants.people.charting import add_chart
from tenants.people.first_week import add_step
from tenants.people.waiting import add_figure, add_waiting
from ui.templatetags.ui import won


@hooks.register("register_admin_viewset")
def orders_and_shipping() -> OrdersGroup:
    return OrdersGroup()


@hooks.register("register_admin_viewset")
def payment_checks() -> PaymentsGroup:
    return PaymentsGroup()


@hooks.register("register_admin_viewset")
def notices_to_residents() -> list[ViewSet]:
    return [NoticesViewSet(), WordingsViewSet(), MessageAccountViewSet()]


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("orders", "payments", "fulfillment", "notices"))


add_waiting(
    40,
    "fulfillment.change_shipment",
    _("boxes to send by today"),
    numbers.boxes_due,
    lambda: reverse("shipping:index"),
    late=numbers.boxes_late,
)
add_waiting(
    41,
    "orders.change_order",
    _("requests to give back"),
    numbers.withdrawals_waiting,
    lambda: reverse("refunds:index"),
    late=numbers.withdrawals_late,
)
add_waiting(
    42,
    "payments.change_dispute",
    _("disputes to be answered"),
    numbers.disputes_waiting,
    lambda: reverse("disputes:index"),
)
add_waiting(
    43,
    "payments.change_difference",
    _("differences to the provider's report"),
    numbers.differences_waiting,
    lambda: reverse("comparison:index"),
)
add_waiting(
    44,
    "notices.change_notice",
    _("notices that could not be sent"),
    numbers.notices_failed,
    lambda: f"{reverse('notices:index')}?state=failed",
)
add_figure(20, "orders.view_order", _("orders paid this month"), lambda: f"{numbers.paid_this_month()['orders']:,}")
add_figure(21, "orders.view_order", _("paid this month"), lambda: won(numbers.paid_this_month()["won"]))
add_step(
    20,
    "payments.change_provideraccount",
    _("connect the payment provider"),
    numbers.accounts_connected,
    lambda: reverse("payment-account:index"),
)
add_chart(10, "orders.view_order", _("paid, by day"), numbers.paid_by_day)
add_chart(30, "fulfillment.view_shipment", _("boxes sent, by day"), numbers.boxes_by_day)
