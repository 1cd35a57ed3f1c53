"""The verbs of billing, by family: running, claiming, settling, parking."""

from bundles.billing.actions.parking import unpark
from bundles.billing.actions.running import bill_subscription, run_billing
from bundles.billing.actions.settling import give_up, record_declines, supersede

__all__ = ["bill_subscription", "give_up", "record_declines", "run_billing", "supersede", "unpark"]
