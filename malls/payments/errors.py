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


class CardRefused(Refusal):
    """The provider did not save the card."""

    code = "card_refused"
    status = 400
    sentence = "The card could not be saved: %(reason)s"


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
