"""The verbs of billing, by family: running, claiming, settling, confirming, parking, telling."""

from bundles.billing.actions.confirming import confirm_payment, settle_payment
from bundles.billing.actions.parking import unpark
from bundles.billing.actions.running import bill_subscription, run_billing
from bundles.billing.actions.settling import give_up, record_declines, supersede
from bundles.billing.actions.telling import send_notices

__all__ = [
    "bill_subscription", "confirm_payment", "give_up", "record_declines", "run_billing",
    "send_notices", "settle_payment", "supersede", "unpark",
]  # fmt: skip
