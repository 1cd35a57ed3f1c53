"""Separation of duties (지방회계법 §36): maker, checker and payer are three people, and none of them edits accounts."""

from core.actor import Actor
from settlement.statements.errors import AccountEditor, SamePerson
from settlement.statements.models import Payee, Period
from settlement.statements.people import signature


def refuse_same_person(period: Period, by: Actor, *earlier: str) -> None:
    """Refuse who has already signed an earlier step of this period."""
    if signature(by) in earlier:
        raise SamePerson(name=by.name, key=period.key)


def refuse_account_editor(period: Period, by: Actor) -> None:
    """Refuse who entered an account number that this period pays into."""
    edited = Payee.objects.filter(
        statements__period=period, statements__payable__gt=0, bank_set_by=signature(by)
    ).first()
    if edited:
        raise AccountEditor(name=by.name, payee=edited.name)
