"""Registers the menu of bundles, vouchers and subscriptions, and who may only look."""

from bundles.billing.cms import BundlesGroup
from bundles.billing.models import BillingRun
from bundles.subscriptions.models import Subscription
from bundles.vouchers.cms import ReadOnlyPolicy
from bundles.vouchers.models import Voucher
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

for model in (Voucher, Subscription, BillingRun):
    register_permission_policy(model, ReadOnlyPolicy(model))
register_snippet(BundlesGroup)
