"""Billing runs on the staff's desk, and the menus of bundles and of vouchers."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from bundles.billing import desk
from bundles.billing.models import BillingRun
from bundles.boxes.cms import AddOnViewSet
from bundles.gates.cms import ConflictViewSet, GateViewSet, ScanViewSet
from bundles.plans.cms import BundleViewSet, EditionViewSet, MallDayViewSet
from bundles.subscriptions.cms import SubscriptionViewSet
from bundles.vouchers.cms import PartnerViewSet, VoucherTypeViewSet, VoucherViewSet
from malls.fulfillment.cms import DeskViewSet
from malls.merchants.cms import DeskIndexView
from tenants.people.menu import BUNDLES, PAYMENTS


class BillingRunViewSet(SnippetViewSet):
    """Billing runs in the CMS."""

    model = BillingRun
    icon = "order"
    menu_label = _("Billing runs")
    menu_name = "billing-runs"
    menu_hook = PAYMENTS
    menu_order = 11
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
    menu_hook = PAYMENTS
    menu_order = 0
    permission = "billing.view_billingrun"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [path("", desk.desk, name="index"), path("<int:pk>/go-on/", desk.let_go_on, name="go-on")]


class BundlesGroup(SnippetViewSetGroup):
    """꾸러미·구독."""

    items = (BundleViewSet, EditionViewSet, AddOnViewSet, MallDayViewSet, SubscriptionViewSet)
    menu_icon = "pick"
    menu_label = _("Bundles and subscriptions")
    menu_name = "bundles-group"
    menu_order = 220
    submenu_hook = BUNDLES


class VouchersGroup(SnippetViewSetGroup):
    """바우처: partners, what they redeem, and the devices at their gates."""

    items = (VoucherTypeViewSet, VoucherViewSet, PartnerViewSet, GateViewSet, ScanViewSet, ConflictViewSet)
    menu_icon = "ticket"
    menu_label = _("Vouchers and partners")
    menu_name = "vouchers-group"
    menu_order = 230
