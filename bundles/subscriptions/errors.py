"""Every reason why a subscription cannot be made or changed."""

from core.errors import Refusal


class NoAddress(Refusal):
    """A box needs a place to go to."""

    code = "no_address"
    status = 400
    sentence = "Choose an address to send the box to."


class NoMethod(Refusal):
    """A subscription without a usable card is not begun."""

    code = "no_method"
    status = 400
    sentence = "Choose a saved card to pay with."


class PriceHasChanged(Refusal):
    """The resident agreed to another amount than what would be charged."""

    code = "price_has_changed"
    sentence = "The price has changed from %(agreed)s won to %(now)s won. Please look at it again before you agree."


class TooLateToChange(Refusal):
    """The billing day has come."""

    code = "too_late_to_change"
    sentence = "This box can no longer be changed: its billing day was %(bill_on)s. You can change the next one."


class CannotSkip(Refusal):
    """Only a box that is still to come can be skipped."""

    code = "cannot_skip"
    sentence = "This box is %(state)s and cannot be skipped."


class CannotUnskip(Refusal):
    """Only a skipped box can be taken back."""

    code = "cannot_unskip"
    sentence = "This box is %(state)s; there is no skip to take back."


class BadPause(Refusal):
    """A pause ends on a day between tomorrow and half a year from now."""

    code = "bad_pause"
    status = 400
    sentence = "Choose a day between %(first)s and %(last)s."


class CannotChange(Refusal):
    """The subscription's state does not allow it."""

    code = "cannot_change_subscription"
    sentence = "The subscription is %(state)s; this cannot be done."


class NothingToAgree(Refusal):
    """No consent is asked for."""

    code = "nothing_to_agree"
    sentence = "There is no new price that waits for your consent."
