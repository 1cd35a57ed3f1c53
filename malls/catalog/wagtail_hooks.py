"""Registers the desk's menus, the bulk approval and the desk's styles."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from malls.catalog import numbers
from malls.catalog.cms import ApproveBulkAction, OnboardingGroup
from malls.catalog.models import Product, ProductState
from malls.merchants.models import Merchant, MerchantState
from tenants.people.charting import add_chart
from tenants.people.first_week import add_step
from tenants.people.waiting import add_waiting

register_snippet(OnboardingGroup)
hooks.register("register_bulk_action", ApproveBulkAction)


@hooks.register("insert_global_admin_css")
def desk_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("catalog/desk.css"))


add_waiting(
    10,
    "merchants.change_merchant",
    _("merchants to review"),
    Merchant.objects.filter(state=MerchantState.SUBMITTED).count,
    lambda: f"{reverse('wagtailsnippets_merchants_merchant:list')}?state=submitted",
    late=numbers.waiting_long,
)
add_waiting(
    11,
    "merchants.change_merchant",
    _("merchants in review"),
    Merchant.objects.filter(state=MerchantState.IN_REVIEW).count,
    lambda: f"{reverse('wagtailsnippets_merchants_merchant:list')}?state=in_review",
)
add_waiting(
    12,
    "merchants.change_merchant",
    _("bank accounts to confirm"),
    Merchant.objects.filter(state=MerchantState.APPROVED, bank_verified_at=None).exclude(bank_code="").count,
    lambda: f"{reverse('wagtailsnippets_merchants_merchant:list')}?state=approved",
)
add_waiting(
    20,
    "catalog.change_product",
    _("products to approve"),
    Product.objects.filter(state=ProductState.SUBMITTED).count,
    lambda: f"{reverse('wagtailsnippets_catalog_product:list')}?state=submitted",
)
add_step(
    30,
    "merchants.change_merchant",
    _("take in the office's list"),
    numbers.lists_taken_in,
    lambda: reverse("onboarding:index"),
)
add_step(
    100,
    "merchants.view_merchant",
    _("shops approved"),
    numbers.shops_approved,
    lambda: f"{reverse('wagtailsnippets_merchants_merchant:list')}?state=approved",
    target=100,
)
add_chart(50, "merchants.view_merchant", _("shops approved, by month"), numbers.shops_by_month)
