"""Registers the settlement desk in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from settlement.payouts.cms import SettlementGroup


@hooks.register("register_admin_viewset")
def settlement_desk() -> SettlementGroup:
    return SettlementGroup()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("statements", "payouts"))
