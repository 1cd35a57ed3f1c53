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
