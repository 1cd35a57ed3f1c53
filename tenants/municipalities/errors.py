"""Why a municipality is not opened or moved."""

from core.errors import Refusal


class UnknownCode(Refusal):
    """No local government has this code."""

    code = "unknown_code"
    status = 404
    sentence = "No local government has the code %(code)s."


class FormerCode(Refusal):
    """The code was replaced."""

    code = "former_code"
    sentence = "The code %(code)s is no longer in force; it became %(now)s."


class SlugRefused(Refusal):
    """The slug cannot be a host and schema name."""

    code = "slug_refused"
    status = 422
    sentence = "“%(slug)s” cannot be used as an address: use 2 to 40 lower-case letters, digits and hyphens."


class SlugReserved(Refusal):
    """The slug belongs to the system."""

    code = "slug_reserved"
    status = 422
    sentence = "“%(slug)s” is reserved for the system; choose another address."


class AlreadyOpen(Refusal):
    """Code or slug is taken."""

    code = "already_open"
    sentence = "%(name)s (%(slug)s) is already open."


class UnknownMunicipality(Refusal):
    """No municipality has this slug."""

    code = "unknown_municipality"
    status = 404
    sentence = "There is no municipality “%(slug)s”."


class BadEmail(Refusal):
    """The administrator's address is not an e-mail address."""

    code = "bad_email"
    status = 422
    sentence = "“%(email)s” is not an e-mail address."
