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


class OwnRights(Refusal):
    """Nobody gives or takes their own rights."""

    code = "own_rights"
    status = 403
    sentence = "You cannot change your own rights. Ask another manager."


class LastManager(Refusal):
    """The last one who could invite others."""

    code = "last_manager"
    sentence = "%(name)s is the last manager. Give the duty to someone else first."


class DutiesApart(Refusal):
    """지방회계법 §36."""

    code = "duties_apart"
    sentence = "%(duties)s: the law wants a different person for each of these (지방회계법 §36)."


class NoDuty(Refusal):
    """Staff without a duty."""

    code = "no_duty"
    sentence = "Choose at least one duty. To take all of them away, close the account."


class NotWaiting(Refusal):
    """The invitation was accepted, or the account is closed."""

    code = "not_waiting"
    sentence = "%(name)s has no open invitation: the account is in use already, or closed."
