"""How often people do things. Chances are per box, per voucher or per day, in a thousand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """What the town is like. The defaults are a calm one: nothing breaks, nobody quarrels."""

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
    gift: int = 0
    """Residents who also give a subscription to somebody else."""
    change: int = 0
    """Boxes before which the resident changes address, quantity, plan or request, or takes the last change back."""
    policy: int = 0
    """Residents who say what shall be done when something is short."""
    answer: int = 0
    """Questions about something short that are answered, per day."""
    decline: int = 0
    """Charges of good cards that the bank declines, for every reason in turn."""
    trouble: int = 0
    """Days on which the provider loses or refuses some answers."""
    crash: int = 0
    """Days on which a billing worker dies between reserving, asking and recording."""
    void: int = 0
    """Orders that are taken back on their own day."""
    withdraw: int = 0
    """Orders on their way or delivered of which a piece is given back, per day."""
    refund_voucher: int = 0
    """Open or expired vouchers for which the money is asked back, per day."""
    slow_refund: int = 0
    """Cards whose bank takes refunds later, and sometimes not at all."""
    dispute: int = 0
    """Charges of a month ago that the card holder disputes, per day."""
    cut: int = 0
    """Days on which a partner's gates are cut off."""
    twice: int = 0
    """Vouchers shown at a gate that is cut off which are used elsewhere too."""
    rise: int = 0
    """Bundles that become dearer in the middle of the time."""
    consent: int = 0
    """Residents asked for consent to a higher price who give it, per day."""
    shortage: int = 0
    """Months in which a product runs short."""


ALL_ON = Habits(
    gift=90, change=120, policy=400, answer=500, decline=45, trouble=60, crash=60, void=15, withdraw=4,
    refund_voucher=2, slow_refund=150, dispute=12, cut=250, twice=120, rise=500, consent=60, shortage=1000,
)  # fmt: skip
"""A town in which everything happens that may happen."""
BAD_CARDS = ("4000000000000341",)
GOOD_CARD = "4242424242424242"
SLOW_CARD = "4000000000007726"
"""Test numbers of the payment simulator."""
DECLINES = (
    "insufficient_funds", "do_not_honor", "processing_error", "expired_card", "lost_card", "stolen_card",
    "revocation_of_authorization", "authentication_required",
)  # fmt: skip
"""What a bank may say: soft, hard, and with the holder."""
