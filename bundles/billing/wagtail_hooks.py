"""Registers the menu of bundles, vouchers and subscriptions, and who may only look."""

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from bundles.billing.cms import BundlesGroup
from bundles.billing.models import BillingRun
from bundles.plans.models import Edition, EditionState
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from bundles.vouchers.cms import ReadOnlyPolicy
from bundles.vouchers.models import Voucher, VoucherState
from tenants.people.waiting import add_figure, add_waiting
from ui.templatetags.ui import won

for model in (Voucher, Subscription, BillingRun):
    register_permission_policy(model, ReadOnlyPolicy(model))
register_snippet(BundlesGroup)

add_waiting(
    30,
    "plans.publish_edition",
    _("editions to publish"),
    Edition.objects.filter(state__in=(EditionState.DRAFT, EditionState.SUBMITTED)).count,
    lambda: reverse("wagtailsnippets_plans_edition:list"),
)
add_waiting(
    50,
    "subscriptions.view_subscription",
    _("boxes whose payment failed"),
    Cycle.objects.filter(state=CycleState.FAILED).count,
    lambda: f"{reverse('wagtailsnippets_subscriptions_subscription:list')}?state=past_due",
)


def subscriptions_running() -> str:
    """Agreements that bring boxes."""
    return f"{Subscription.objects.filter(state=SubscriptionState.ACTIVE).count():,}"


def vouchers_owed() -> str:
    """What partners will be owed when every open voucher is used."""
    owed = Voucher.objects.filter(state=VoucherState.ISSUED).aggregate(won=Sum("worth", default=0))["won"]
    return won(owed)


add_figure(10, "subscriptions.view_subscription", _("subscriptions running"), subscriptions_running)
add_figure(40, "vouchers.view_voucher", _("vouchers not used yet, in won"), vouchers_owed)
