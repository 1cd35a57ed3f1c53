<<<<<<< HEAD
"""The verbs of billing, by family: running, claiming, settling, confirming, parking, telling."""
=======
"""The verbs of billing, by family: running, claiming, settling, parking."""
>>>>>>> wt2-notices

from bundles.billing.actions.confirming import confirm_payment, settle_payment
from bundles.billing.actions.parking import unpark
from bundles.billing.actions.running import bill_subscription, run_billing
from bundles.billing.actions.settling import give_up, record_declines, supersede

<<<<<<< HEAD
__all__ = [
    "bill_subscription", "confirm_payment", "give_up", "record_declines", "run_billing",
    "send_notices", "settle_payment", "supersede", "unpark",
]  # fmt: skip
=======
__all__ = ["bill_subscription", "give_up", "record_declines", "run_billing", "supersede", "unpark"]
>>>>>>> wt2-notices
