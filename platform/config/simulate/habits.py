"""How often people do things. Chances are per box, per voucher or per day, in a thousand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """What the town is like."""

    second_subscription: int = 180
    skip: int = 60
    pause: int = 15
    cancel: int = 25
    swap: int = 60
    """Boxes in which something is swapped."""
    add: int = 80
    """Boxes with which something rides along."""
    bad_card: int = 40
    """Cards that are declined from time to time."""
    fix_card: int = 500
    """Failed boxes whose resident brings another card, per day."""
    redeem: int = 35
    """Open vouchers that are used, per day."""
    confirm_early: int = 250
    """Delivered boxes that are confirmed by hand, per day."""
    term: int = 350
    """Subscriptions with a term of months."""
    leave_early: int = 60
    """Boxes paid in advance before which their resident leaves."""


BAD_CARDS = ("4000000000000341",)
GOOD_CARD = "4242424242424242"
"""Test numbers of the payment simulator."""
