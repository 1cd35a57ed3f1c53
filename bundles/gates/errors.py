"""Every reason why a gate is not served, or a case not decided."""

from core.errors import Refusal


class GateUnknown(Refusal):
    """A token that was revoked or never given: the device forgets everything."""

    code = "gate_unknown"
    status = 401
    sentence = "This device is no longer connected to the mall. Please connect it again."


class CodeUnknown(Refusal):
    """No such pairing code, or used, or too old."""

    code = "code_unknown"
    status = 404
    sentence = "The number %(code)s is not valid. Please read it again, or make a new one."


class NameMissing(Refusal):
    """A gate has a name."""

    code = "name_missing"
    status = 400
    sentence = "Write a name for this device, such as “main gate”."


class TooManyTries(Refusal):
    """Guessing is slow."""

    code = "too_many_tries"
    status = 429
    sentence = "Too many tries. Please wait %(minutes)s minutes."


class BadBatch(Refusal):
    """Not the shape that our page sends."""

    code = "bad_batch"
    status = 400
    sentence = "The device sent something that could not be read: %(what)s."


class ReasonMissing(Refusal):
    """Decisions about money name their reason."""

    code = "reason_missing"
    status = 400
    sentence = "Write the reason for the decision."


class SecondPersonNeeded(Refusal):
    """Who proposes does not confirm."""

    code = "second_person_needed"
    status = 403
    sentence = "You proposed this yourself. Another member of staff has to confirm it."
