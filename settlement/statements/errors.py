"""Why settlement says no."""

from core.errors import NotAllowed, Refusal


class UnknownPayee(Refusal):
    """Nobody is known under this reference."""

    code = "payee_unknown"
    status = 404
    sentence = "No payee is known as %(ref)s."


class BadPeriodKey(Refusal):
    """Not a month."""

    code = "period_key"
    status = 422
    sentence = "“%(key)s” is not a period. Write it as year and month, for example 2026-10."


class UnknownPeriod(Refusal):
    """No earnings were ever written into this period."""

    code = "period_unknown"
    status = 404
    sentence = "There is no settlement period %(key)s."


class PeriodNotOver(Refusal):
    """A period is closed after its last day."""

    code = "period_not_over"
    sentence = "The period %(key)s is not over: it can be closed from %(ends_on)s."


class EarlierPeriodOpen(Refusal):
    """Amounts are carried from month to month, so months are closed in order."""

    code = "earlier_period_open"
    sentence = "The period %(earlier)s is still open. Close it before %(key)s."


class PeriodNotClosed(Refusal):
    """Only what is closed can be checked and paid."""

    code = "period_not_closed"
    sentence = "The period %(key)s has not been closed yet."


class SamePerson(NotAllowed):
    """Maker, checker and payer are three people (지방회계법 §36)."""

    code = "same_person"
    sentence = (
        "%(name)s has already acted on the period %(key)s. Maker, checker and payer must be three different people."
    )


class AccountEditor(NotAllowed):
    """Who entered an account number neither approves nor pays into it."""

    code = "account_editor"
    sentence = "%(name)s entered the account number of %(payee)s and cannot approve or pay this period."


class VerifiedBySelf(NotAllowed):
    """An account number is checked by a second person."""

    code = "account_verified_by_self"
    sentence = "An account number is verified by someone other than the person who entered it."


class UnknownEarning(Refusal):
    """Nothing was earned under this source."""

    code = "earning_unknown"
    status = 404
    sentence = "No earning is known as %(source)s."


class ReasonMissing(Refusal):
    """A hold is always explained."""

    code = "reason_missing"
    status = 422
    sentence = "Write why this is held."


class HeldAlreadySent(Refusal):
    """What has gone to the bank cannot be held."""

    code = "statement_already_sent"
    sentence = "The statement %(number)s has already been sent to the bank."
