"""Every reason why we say no to a resident."""

from core.errors import Refusal


class NotAResident(Refusal):
    """The account belongs to staff or a partner; buying needs an account of one's own."""

    code = "not_a_resident"
    status = 403
    sentence = "This account cannot buy. Sign up with another e-mail to buy for yourself."


class ConsentMissing(Refusal):
    """A required agreement was not given."""

    code = "consent_missing"
    status = 422
    sentence = "Signing up needs the required agreements."


class EmailTaken(Refusal):
    """Someone in this mall uses the e-mail."""

    code = "email_taken"
    sentence = "This e-mail is already in use. Log in, or set a new password."


class AddressInUse(Refusal):
    """A subscription sends its boxes there."""

    code = "address_in_use"
    sentence = "Boxes of a subscription go to this address. Give the subscription another address first."


class CannotLeaveYet(Refusal):
    """Something has to be finished first."""

    code = "cannot_leave_yet"
    sentence = "%(why)s"
