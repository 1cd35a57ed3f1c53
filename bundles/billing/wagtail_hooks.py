"""Registers the menus of bundles, subscriptions and vouchers, and who may only look."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from bundles.billing import desk, numbers
from bundles.billing.cms import BillingDeskViewSet, BillingRunViewSet, BundlesGroup, VouchersGroup
from bundles.billing.models import BillingRun
from bundles.plans.models import Edition, EditionState
from bundles.subscriptions.models import Cycle, CycleState, Subscription
from bundles.vouchers.cms import ReadOnlyPolicy
from bundles.vouchers.models import Voucher
from tenants.people.charting import add_chart
from tenants.people.first_week import add_step
from tenants.people.waiting import add_figure, add_waiting

for model in (Voucher, Subscription, BillingRun):
    register_permission_policy(model, ReadOnlyPolicy(model))
for menu in (BundlesGroup, VouchersGroup, BillingRunViewSet):
    register_snippet(menu)


@hooks.register("register_admin_viewset")
def state_of_billing() -> BillingDeskViewSet:
    return BillingDeskViewSet()


add_waiting(
    30,
    "plans.publish_edition",
    _("editions to publish"),
    Edition.objects.filter(state=EditionState.SUBMITTED).count,
    lambda: f"{reverse('wagtailsnippets_plans_edition:list')}?state=submitted",
)
add_waiting(
    31,
    "plans.publish_edition",
    _("editions being composed"),
    Edition.objects.filter(state=EditionState.DRAFT).count,
    lambda: f"{reverse('wagtailsnippets_plans_edition:list')}?state=draft",
)
add_waiting(
    50,
    "subscriptions.view_subscription",
    _("boxes whose payment failed"),
    Cycle.objects.filter(state=CycleState.FAILED).count,
    lambda: f"{reverse('wagtailsnippets_subscriptions_subscription:list')}?state=past_due",
)
add_waiting(
    51,
    "billing.view_billingrun",
    _("cases of billing"),
    desk.cases,
    lambda: f"{reverse('billing-desk:index')}?show=parked",
)
add_figure(10, "subscriptions.view_subscription", _("subscriptions running"), numbers.subscriptions_running)
add_figure(40, "vouchers.view_voucher", _("vouchers not used yet, in won"), numbers.vouchers_owed)
add_step(
    50,
    "vouchers.change_vouchertype",
    _("enter the first partner and voucher"),
    numbers.voucher_types,
    lambda: reverse("wagtailsnippets_vouchers_vouchertype:list"),
)
add_step(
    110,
    "plans.view_bundle",
    _("bundles on sale"),
    numbers.bundles_on_sale,
    lambda: reverse("wagtailsnippets_plans_bundle:list"),
    target=30,
)
add_chart(20, "subscriptions.view_subscription", _("new subscriptions, by month"), numbers.newcomers_by_month)
add_chart(40, "plans.change_bundle", _("running subscriptions, by bundle"), numbers.most_wanted)
