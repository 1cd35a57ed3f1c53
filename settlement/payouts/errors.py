"""Why nothing is paid."""

from core.errors import Refusal


class PeriodNotApproved(Refusal):
    """Only what a checker approved is paid."""

    code = "period_not_approved"
    sentence = "The period %(key)s has not been approved yet."


class NothingToPay(Refusal):
    """No approved statement waits for money."""

    code = "nothing_to_pay"
    sentence = (
        "No statement of the period %(key)s waits to be paid: all are held, carried, already in a bank file or paid."
    )


class BadBankTemplate(Refusal):
    """The template of a bank file names a field that does not exist."""

    code = "bank_template"
    status = 422
    sentence = "The bank file template “%(name)s” cannot be used. %(why)s"
