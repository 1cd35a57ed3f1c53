"""Every reason why billing says no."""

from core.errors import Refusal


class FirstPaymentDeclined(Refusal):
    """The first charge failed: no subscription began."""

    code = "first_payment_declined"
    status = 402
    sentence = "The card was declined (%(reason)s). Nothing was charged and the subscription did not begin."


class BadRetryDays(Refusal):
    """The schedule of tries does not work out."""

    code = "bad_retry_days"
    status = 400
    sentence = "Give each day of the tries once, from 1 on, all before the day of giving up, which is at most %(most)s."


class NotParked(Refusal):
    """The subscription does not wait for a person."""

    code = "not_parked"
    sentence = "This subscription is not parked."


class ReasonNeeded(Refusal):
    """Whoever lets billing go on says why."""

    code = "reason_needed"
    status = 400
    sentence = "Say in a few words why billing may go on."


class ConsentNeeded(Refusal):
    """Staff cannot agree to a price for a resident (전자상거래법 §13⑥)."""

    code = "consent_needed"
    sentence = "The resident must agree to the new price first; only then billing goes on."


class NothingToConfirm(Refusal):
    """The box is paid, given up, or was declined for another reason."""

    code = "nothing_to_confirm"
    sentence = "No payment waits for your word."
