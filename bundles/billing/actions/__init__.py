"""The verbs of billing, by family: running, claiming, settling, confirming, parking."""

from bundles.billing.actions.confirming import confirm_payment, settle_payment
from bundles.billing.actions.parking import unpark
from bundles.billing.actions.running import bill_subscription, run_billing
from bundles.billing.actions.settling import give_up, record_declines, supersede

__all__ = [
    "bill_subscription", "confirm_payment", "give_up", "record_declines", "run_billing", "settle_payment", "supersede",
    "unpark",
]  # fmt: skip
