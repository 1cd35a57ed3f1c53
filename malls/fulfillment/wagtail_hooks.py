"""Registers orders and shipping in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from malls.fulfillment.cms import OrdersGroup


@hooks.register("register_admin_viewset")
def orders_and_shipping() -> OrdersGroup:
    return OrdersGroup()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("orders", "payments", "fulfillment"))
