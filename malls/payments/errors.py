"""Why payments say no."""

from core.errors import Refusal


class NoProviderAccount(Refusal):
    """The municipality has no account at the payment provider yet."""

    code = "no_provider_account"
    status = 503
    sentence = "This mall cannot take payments yet."


class KeyRefused(Refusal):
    """The provider does not accept the secret key, or does not answer."""

    code = "provider_key_refused"
    status = 400
    sentence = "The payment provider did not accept this key. Nothing was changed."


class ProviderFixed(Refusal):
    """Saved cards and payments stand at the present provider; they cannot be taken along."""

    code = "provider_fixed"
    sentence = (
        "Cards or payments of this mall stand at its present provider already. Only its keys can be changed, not the"
        " provider."
    )


class CardRefused(Refusal):
    """The provider did not save the card."""

    code = "card_refused"
    status = 400
    sentence = "The card could not be saved: %(reason)s"


class VisitOver(Refusal):
    """The provider's page was opened too long ago."""

    code = "visit_over"
    sentence = "The card page was opened more than a day ago. Please begin again."


class MethodInUse(Refusal):
    """A subscription is paid with this card."""

    code = "method_in_use"
    sentence = "A subscription is paid with this card. Please replace it instead."


class NothingToRefund(Refusal):
    """Nothing was paid, or all of it was given back."""

    code = "nothing_to_refund"
    sentence = "There is nothing left to refund for order %(number)s."


class RefundTooMuch(Refusal):
    """More than the rest of the charge."""

    code = "refund_too_much"
    sentence = "At most %(rest)s won of order %(number)s can be refunded."


class RefundRefused(Refusal):
    """The provider said no."""

    code = "refund_refused"
    sentence = "The payment provider refused the refund: %(reason)s"


class NotARightReason(Refusal):
    """The reason is none of the list."""

    code = "not_a_right_reason"
    status = 400
    sentence = "Please choose one of the reasons."


class TooLateToWithdraw(Refusal):
    """The period of the law is over (전자상거래법 §17①, ③)."""

    code = "too_late_to_withdraw"
    sentence = "This could be given back for this reason until %(last)s."


class PerishableSent(Refusal):
    """Chilled or frozen goods that left the hub cannot be sold again (전자상거래법 §17②3)."""

    code = "perishable_sent"
    sentence = "%(name)s is chilled or frozen and was sent already: only a fault is a reason to give it back."


class WithdrawalWaits(Refusal):
    """Another request for the order has no answer yet."""

    code = "withdrawal_waits"
    sentence = "A request for order %(number)s is waiting for an answer already."


class SameRefunder(Refusal):
    """Who proposed a large refund does not grant it."""

    code = "same_refunder"
    sentence = "%(name)s proposed this refund. Another person must grant it."


class NoVoid(Refusal):
    """Only an order that was paid today and is not being packed is voided."""

    code = "no_void"
    sentence = "Order %(number)s can no longer be voided: it is being packed, or was not paid today. Please refund it."


class DisputeOpen(Refusal):
    """The card company holds the money already."""

    code = "dispute_open"
    sentence = "The card holder disputes the payment of order %(number)s at the bank. Please wait for its decision."


class DisputeClosed(Refusal):
    """The bank has decided, or our answer was handed in."""

    code = "dispute_closed"
    sentence = "The dispute about order %(number)s was answered or decided already."


class DayNotOver(Refusal):
    """A day is compared when it is over."""

    code = "day_not_over"
    sentence = "%(day)s is not over yet."
