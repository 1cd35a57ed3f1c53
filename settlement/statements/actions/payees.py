"""Who is paid, into which account, on what terms."""

from datetime import date
from typing import Any

from django.db import transaction

from core.actor import SYSTEM, Actor
from settlement.statements.errors import UnknownPayee, VerifiedBySelf
from settlement.statements.models import Payee, Statement, Terms
from settlement.statements.people import ACCOUNT_CHECK, signature

FIRST_DAY = date(2020, 1, 1)


def payee_by(ref: str) -> Payee:
    """The payee known as `ref`; refuses an unknown one."""
    found = Payee.objects.filter(ref=ref).first()
    if found is None:
        raise UnknownPayee(ref=ref)
    return found


@transaction.atomic
def ensure_payee(
    ref: str,
    *,
    kind: str,
    name: str,
    business_no: str = "",
    tax_kind: str = "",
    bank_code: str = "",
    account: str = "",
    holder: str = "",
    by: Actor = SYSTEM,
) -> Payee:
    """Make sure a payee exists with these facts. A bank account that differs is entered anew and must be verified."""
    facts = {"kind": kind, "name": name, "business_no": business_no, **({"tax_kind": tax_kind} if tax_kind else {})}
    payee, _created = Payee.objects.update_or_create(ref=ref, defaults=facts)
    if account:
        return set_bank(payee, bank_code=bank_code, account=account, holder=holder, by=by)
    return payee


def set_bank(payee: Payee, *, bank_code: str, account: str, holder: str, by: Actor) -> Payee:
    """Enter an account number (digits only are kept). Unless nothing changed, it waits for a second person's check."""
    digits = "".join(letter for letter in account if letter.isdigit())
    if (payee.bank_code, payee.account, payee.holder) == (bank_code, digits, holder):
        return payee
    return _update(
        payee, bank_code=bank_code, account=digits, holder=holder, bank_verified=False, bank_set_by=signature(by)
    )


@transaction.atomic
def verify_bank(payee: Payee, *, by: Actor) -> Payee:
    """Confirm the account number; refused to the person who entered it. Statements that waited for it may be paid.

    The system may vouch for what it entered itself (demo data).
    """
    if by is not SYSTEM and signature(by) == payee.bank_set_by:
        raise VerifiedBySelf
    Statement.objects.filter(payee=payee, held=True, held_by=ACCOUNT_CHECK).update(
        held=False, held_reason="", held_since=None, held_by=""
    )
    return _update(payee, bank_verified=True)


def agree_terms(payee: Payee | None, *, from_on: date, **values: Any) -> Terms:
    """Terms from a day on, for one payee or (None) for all; agreed twice for the same day, the later ones count.

    Terms that earnings already carry stay as they are in those earnings.
    """
    terms, _created = Terms.objects.update_or_create(payee=payee, from_on=from_on, defaults=values)
    return terms


def ensure_default_terms() -> Terms:
    """The municipality's own terms, for payees without any."""
    terms, _created = Terms.objects.get_or_create(payee=None, from_on=FIRST_DAY)
    return terms


def _update(payee: Payee, **values: Any) -> Payee:
    for name, value in values.items():
        setattr(payee, name, value)
    payee.save(update_fields=list(values))
    return payee
