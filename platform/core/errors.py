"""Three ways of not succeeding: bad input is Django's ValidationError, a refusal is ours, the outside may fail."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _


class Refusal(Exception):  # noqa: N818  a refusal is a fact, not an error
    """We understand the request and say no. Subclasses are named as facts and live in each app's errors.py.

    `code` is stable for programs, `status` is the HTTP status, `sentence` is an English msgid with named fields.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = "This cannot be done now."

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.code, fields)

    def __str__(self) -> str:
        """The translated sentence for people."""
        return _(self.sentence) % self.fields


class NotAllowed(Refusal):
    """The actor has no right to do this."""

    code = "not_allowed"
    status = 403
    sentence = "You do not have the right to do this."


class StateChanged(Refusal):
    """Someone else moved the object first, or the move is not in its table."""

    code = "state_changed"
    sentence = "This was changed meanwhile, or the step is not possible now. Load the page again."


class GatewayError(Exception):
    """A system outside did not do what we asked. `permanent` tells whether asking again can help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(message)
