"""Holding money back, always with a reason, and letting it go."""

from datetime import datetime
from typing import TypeVar

from core.actor import Actor
from settlement.statements.errors import HeldAlreadySent, ReasonMissing
from settlement.statements.models import Payee, Statement, StatementState
from settlement.statements.people import signature

T = TypeVar("T", Payee, Statement)
STILL_HERE = (StatementState.DRAWN_UP, StatementState.APPROVED, StatementState.RETURNED)


def hold_payee(payee: Payee, *, reason: str, by: Actor, at: datetime) -> Payee:
    """From the next close on, hold back everything this payee is owed. Holding again keeps the first date."""
    since = payee.held_since if payee.held else at
    return _stamp(payee, _held(reason, since, by))


def release_payee(payee: Payee) -> Payee:
    """Stop holding: what was held back is carried into the next statement."""
    return _stamp(payee, RELEASED)


def hold_statement(statement: Statement, *, reason: str, by: Actor, at: datetime) -> Statement:
    """Keep a drawn-up statement from being paid; its numbers do not change."""
    values = _held(reason, at, by)
    if not Statement.objects.filter(pk=statement.pk, state__in=STILL_HERE).update(**values):
        raise HeldAlreadySent(number=statement.number)
    return _set(statement, values)


def release_statement(statement: Statement) -> Statement:
    """Let a statement be paid with the next bank file."""
    return _stamp(statement, RELEASED)


RELEASED: dict[str, object] = {"held": False, "held_reason": "", "held_since": None, "held_by": ""}


def _held(reason: str, since: datetime | None, by: Actor) -> dict[str, object]:
    if not reason.strip():
        raise ReasonMissing
    return {"held": True, "held_reason": reason.strip()[:200], "held_since": since, "held_by": signature(by)}


def _set(row: T, values: dict[str, object]) -> T:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _stamp(row: T, values: dict[str, object]) -> T:
    _set(row, values).save(update_fields=list(values))
    return row
