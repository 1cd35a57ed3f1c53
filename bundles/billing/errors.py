"""Every reason why billing says no."""

from core.errors import Refusal


class FirstPaymentDeclined(Refusal):
    """The first charge failed: no subscription began."""

    code = "first_payment_declined"
    status = 402
    sentence = "The card was declined (%(reason)s). Nothing was charged and the subscription did not begin."
