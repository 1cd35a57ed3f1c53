"""Why someone is not let in."""

from core.errors import Refusal


class InvitationSpent(Refusal):
    """Used, replaced or expired."""

    code = "invitation_spent"
    status = 410
    sentence = "This invitation link was already used or has expired. Ask for a new one."


class EmailTaken(Refusal):
    """Another account has this e-mail."""

    code = "email_taken"
    sentence = "There is already an account with the e-mail %(email)s."
