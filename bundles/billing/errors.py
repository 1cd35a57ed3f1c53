"""Every reason why billing says no."""

from core.errors import Refusal


class BillingUnderWay(Refusal):
    """One run at a time in a municipality; the other one does the work."""

    code = "billing_under_way"
    sentence = "Billing is already running here. Please look again in a few minutes."


class FirstPaymentDeclined(Refusal):
    """The first charge failed: no subscription began."""

    code = "first_payment_declined"
    status = 402
    sentence = "The card was declined (%(reason)s). Nothing was charged and the subscription did not begin."
