"""Every reason why something is not told, or not in these words."""

from core.errors import Refusal


class EmptyWording(Refusal):
    """A wording without title or text."""

    code = "empty_wording"
    status = 400
    sentence = "Please write a title and a text."


class UnknownVariable(Refusal):
    """A wording names what this kind does not know."""

    code = "unknown_variable"
    status = 400
    sentence = "{{%(name)s}} is not known here. You can use: %(offered)s."


class MissingVariable(Refusal):
    """A wording leaves out what the resident must be told."""

    code = "missing_variable"
    status = 400
    sentence = "{{%(name)s}} (%(label)s) must stand in the text: residents have to be told."


class BrokenBraces(Refusal):
    """Braces that are no variable."""

    code = "broken_braces"
    status = 400
    sentence = "A variable is written with two braces on each side, such as {{name}}. Please look at the braces."


class TooLong(Refusal):
    """More than a message holds once it is filled in."""

    code = "wording_too_long"
    status = 400
    sentence = "With the example filled in, the title has more than %(title)s letters or the text more than %(text)s."


class NotToBeSentAgain(Refusal):
    """It was sent, or is on its way."""

    code = "not_to_be_sent_again"
    sentence = "Only a notice that failed, or of which nobody knows whether it was sent, can be sent again."


class NoPhoneMessages(Refusal):
    """The mall has no account for phone messages, or the resident no number."""

    code = "no_phone_messages"
    sentence = "This mall cannot send phone messages to you yet. Notices come by e-mail."
