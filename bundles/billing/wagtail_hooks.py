"""Registers the menu of bundles, vouchers and subscriptions, and who may only look."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from bundles.billing.cms import BundlesGroup
from bundles.billing.models import BillingRun
from bundles.plans.models import Edition, EditionState
from bundles.subscriptions.models import Cycle, CycleState, Subscription
from bundles.vouchers.cms import ReadOnlyPolicy
from bundles.vouchers.models import Voucher
from tenants.people.waiting import add_waiting

for model in (Voucher, Subscription, BillingRun):
    register_permission_policy(model, ReadOnlyPolicy(model))
register_snippet(BundlesGroup)

add_waiting(
    30,
    "plans.publish_edition",
    _("editions to publish"),
    Edition.objects.filter(state__in=(EditionState.DRAFT, EditionState.SUBMITTED)).count,
    lambda: reverse(Edition.snippet_viewset.get_url_name("list")),
)
add_waiting(
    50,
    "subscriptions.view_subscription",
    _("boxes whose payment failed"),
    Cycle.objects.filter(state=CycleState.FAILED).count,
    lambda: f"{reverse(Subscription.snippet_viewset.get_url_name('list'))}?state=past_due",
)
