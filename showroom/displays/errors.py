"""Every reason the showroom says no."""

from core.errors import Refusal


class DisplayUnknown(Refusal):
    """The token belongs to no screen of this municipality, or was withdrawn. The screen goes back to pairing."""

    code = "display_unknown"
    status = 401
    sentence = "This screen is not connected to this mall."


class CodeUnknown(Refusal):
    """No waiting screen shows this code."""

    code = "code_unknown"
    status = 404
    sentence = "No screen is showing the code %(code)s. Read the six digits on the screen again."


class CodeExpired(Refusal):
    """The code is older than ten minutes."""

    code = "code_expired"
    sentence = "The code %(code)s has expired. The screen is showing a new one by now."


class TooManyTries(Refusal):
    """Someone is guessing codes, or asking for too many."""

    code = "too_many_tries"
    status = 429
    sentence = "Too many tries. Please try again in %(minutes)s minutes."


class BadReport(Refusal):
    """What the screen sent cannot be a report."""

    code = "bad_report"
    status = 400
    sentence = "The report of the screen cannot be read: %(what)s."


class LinkUnknown(Refusal):
    """No screen has this short address."""

    code = "link_unknown"
    status = 404
    sentence = "This address does not lead anywhere any more."
