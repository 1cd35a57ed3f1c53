"""Every reason why a voucher is not accepted. Each says what the person at the gate needs to know."""

from core.errors import Refusal


class VoucherRefused(Refusal):
    """A voucher that is not accepted."""

    code = "voucher_refused"


class UnknownCode(VoucherRefused):
    """No voucher of this municipality has the code."""

    code = "unknown_code"
    status = 404
    sentence = "There is no voucher with this code. Please check the code."


class AlreadyRedeemed(VoucherRefused):
    """Used before."""

    code = "already_redeemed"
    sentence = "Already used: %(when)s, %(where)s."


class VoucherExpired(VoucherRefused):
    """Its days are over."""

    code = "voucher_expired"
    sentence = "Expired: it was valid until %(until)s."


class NotYetUsable(VoucherRefused):
    """Its first day has not come."""

    code = "not_yet"
    sentence = "Not yet: it can be used from %(start)s on."


class WrongWeekday(VoucherRefused):
    """Not on this day of the week."""

    code = "wrong_weekday"
    sentence = "Not today: it can be used on %(days)s."


class OutsideHours(VoucherRefused):
    """Not at this hour."""

    code = "outside_hours"
    sentence = "Not at this hour: it can be used from %(opens)s to %(closes)s."


class BlackoutDay(VoucherRefused):
    """A day on which it is not accepted."""

    code = "blackout_day"
    sentence = "Not today: it is not accepted on %(day)s."


class AmountNeeded(VoucherRefused):
    """An amount voucher is used in parts."""

    code = "amount_needed"
    status = 400
    sentence = "This is an amount voucher with %(left)s won left. Enter how much is used."


class TooMuch(VoucherRefused):
    """More than is left."""

    code = "too_much"
    sentence = "Only %(left)s won are left on this voucher."


class NotAnAmount(VoucherRefused):
    """A voucher that is used whole."""

    code = "not_an_amount"
    status = 400
    sentence = "This voucher is used whole. Leave the amount empty."


class WrongPartner(VoucherRefused):
    """Good elsewhere."""

    code = "wrong_partner"
    sentence = "This voucher is for %(partner)s, not for here."


class VoucherNotUsable(VoucherRefused):
    """Refunded or void."""

    code = "voucher_not_usable"
    sentence = "This voucher was %(state)s and cannot be used."


class BadToken(VoucherRefused):
    """A QR code that this municipality did not sign."""

    code = "bad_token"
    status = 400
    sentence = "This QR code was not issued by this mall."


class UndoTooLate(Refusal):
    """A use can be taken back for ten minutes."""

    code = "undo_too_late"
    sentence = "It can be taken back only within %(minutes)s minutes of its use. Please ask the mall's office."


class NothingToUndo(Refusal):
    """Taken back before, or never used here."""

    code = "nothing_to_undo"
    status = 404
    sentence = "There is no use here that could be taken back."


class UndoNeedsReason(Refusal):
    """Taking back names its reason."""

    code = "undo_needs_reason"
    status = 400
    sentence = "Write why it is taken back."


class UnknownPartner(Refusal):
    """No such partner."""

    code = "unknown_partner"
    status = 404
    sentence = "There is no partner %(partner)s."


class NotAPartner(Refusal):
    """Only partners' people redeem."""

    code = "not_a_partner"
    status = 403
    sentence = "This page is for partners' staff. Please log in with a partner's account."


class VoucherUsed(Refusal):
    """An order whose voucher was used is not refunded whole."""

    code = "voucher_used"
    sentence = "Voucher %(code)s of this order was used; the order cannot be refunded whole."


class RefundRefused(Refusal):
    """A voucher for which no money is given back."""

    code = "voucher_refund_refused"


class NothingPaid(RefundRefused):
    """Given for free."""

    code = "voucher_nothing_paid"
    sentence = "Nothing was paid for this voucher, so there is nothing to give back."


class NothingLeft(RefundRefused):
    """Used up."""

    code = "voucher_nothing_left"
    sentence = "This voucher was used up; nothing is left to give back."


class RefundNotDue(RefundRefused):
    """Still usable, and the first week is over."""

    code = "voucher_refund_not_due"
    sentence = "It can be used until %(until)s. Money is given back within 7 days of issue, or after its last day."


class RefundNotDueForAmount(RefundRefused):
    """Still usable, and too little of it was used."""

    code = "voucher_rest_not_due"
    sentence = (
        "Once %(share)s %% of it is used, the rest is given back in money; otherwise after its last day, %(until)s."
    )


class RefundTooLate(RefundRefused):
    """Five years are over."""

    code = "voucher_refund_too_late"
    sentence = "The right to a refund ended on %(until)s, five years after issue."


class AlreadyRefunded(RefundRefused):
    """Given back with its order, or void."""

    code = "voucher_already_refunded"
    sentence = "This voucher was %(state)s already."


class QuoteChanged(RefundRefused):
    """Another amount than the one that was shown."""

    code = "voucher_quote_changed"
    sentence = "The amount is %(amount)s won now. Please look at it again and confirm."


class UnknownVoucher(Refusal):
    """No such voucher."""

    code = "unknown_voucher"
    status = 404
    sentence = "There is no such voucher."
