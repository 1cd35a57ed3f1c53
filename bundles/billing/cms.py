"""Subscriptions and billing runs on the staff's desk, and the menu of everything about bundles."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from bundles.billing import desk
from bundles.billing.models import BillingRun
from bundles.boxes.cms import AddOnViewSet
from bundles.gates.cms import ConflictViewSet, GateViewSet, ScanViewSet
from bundles.plans.cms import BundleViewSet, EditionViewSet
from bundles.subscriptions.models import Subscription
from bundles.vouchers.cms import PartnerViewSet, VoucherTypeViewSet, VoucherViewSet
from malls.fulfillment.cms import DeskViewSet
from malls.merchants.cms import DeskIndexView, StateColumn


class SubscriptionViewSet(SnippetViewSet):
    """Subscriptions in the CMS: staff look, residents decide."""

    model = Subscription
    icon = "history"
    menu_label = _("Subscriptions")
    menu_name = "subscriptions"
    menu_order = 60
    index_view_class = DeskIndexView
    list_display = (
        "resident",
        "plan",
        "anchor_on",
        StateColumn("state", label=_("state"), sort_key="state"),
        "parked_why",
    )
    list_filter = ("state", "plan__bundle", "plan__cadence", "parked_why")
    list_export = ("pk", "plan", "anchor_on", "ends_on", "state", "cancel_reason")
    export_filename = "subscriptions"
    search_fields = ("resident__user__email", "resident__user__last_name", "plan__bundle__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ("id", "request_key")

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Subscription.objects.select_related("resident__user", "plan__bundle")


class BillingRunViewSet(SnippetViewSet):
    """Billing runs in the CMS."""

    model = BillingRun
    icon = "order"
    menu_label = _("Billing runs")
    menu_name = "billing-runs"
    menu_order = 70
    list_display = ("on", "due", "paid", "declined", "unknown", "held", "started_at", "ended_at")
    list_filter = ("on",)
    list_export = ("on", "due", "paid", "declined", "unknown", "held", "started_at", "ended_at")
    export_filename = "billing-runs"
    index_view_class = DeskIndexView
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False
    inspect_view_enabled = True


class BillingDeskViewSet(DeskViewSet):
    """결제 현황: what failed, what is parked, what nobody knows."""

    name = "billing-desk"
    icon = "order"
    menu_label = _("State of billing")
    menu_order = 221
    add_to_admin_menu = True
    permission = "billing.view_billingrun"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [path("", desk.desk, name="index"), path("<int:pk>/go-on/", desk.let_go_on, name="go-on")]


class BundlesGroup(SnippetViewSetGroup):
    """Everything about bundles, vouchers and subscriptions."""

    items = (
        BundleViewSet,
        EditionViewSet,
        AddOnViewSet,
        PartnerViewSet,
        VoucherTypeViewSet,
        VoucherViewSet,
        GateViewSet,
        ScanViewSet,
        ConflictViewSet,
        SubscriptionViewSet,
        BillingRunViewSet,
    )
    menu_icon = "pick"
    menu_label = _("Bundles and subscriptions")
    menu_name = "bundles-group"
    menu_order = 220
