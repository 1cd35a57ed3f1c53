"""Holding money back, always with a reason, and letting it go. Both leave their trace."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from core.actor import Actor
from core.state import Transition
from settlement.statements.errors import HeldAlreadySent, ReasonMissing
from settlement.statements.models import Payee, Statement, StatementState
from settlement.statements.people import signature

T = TypeVar("T", Payee, Statement)
STILL_HERE = (StatementState.DRAWN_UP, StatementState.APPROVED, StatementState.RETURNED)
RELEASED: dict[str, object] = {"held": False, "held_reason": "", "held_since": None, "held_by": ""}


@transaction.atomic
def hold_payee(payee: Payee, *, reason: str, by: Actor, at: datetime) -> Payee:
    """From the next close on, hold back everything this payee is owed. Holding again keeps the first date."""
    since = payee.held_since if payee.held else at
    held = _set(payee, _held(reason, since, by))
    return _keep(held, "held", by=by, at=at, why=reason)


@transaction.atomic
def release_payee(payee: Payee, *, by: Actor, at: datetime) -> Payee:
    """Stop holding: what was held back is carried into the next statement."""
    return _keep(_set(payee, RELEASED), "released", by=by, at=at)


@transaction.atomic
def hold_statement(statement: Statement, *, reason: str, by: Actor, at: datetime) -> Statement:
    """Keep a drawn-up statement from being paid; its numbers do not change."""
    values = _held(reason, at, by)
    if not Statement.objects.filter(pk=statement.pk, state__in=STILL_HERE).update(**values):
        raise HeldAlreadySent(number=statement.number)
    return _keep(_set(statement, values), "held", by=by, at=at, why=reason)


@transaction.atomic
def release_statement(statement: Statement, *, by: Actor, at: datetime) -> Statement:
    """Let a statement be paid with the next bank file."""
    return _keep(_set(statement, RELEASED), "released", by=by, at=at)


def _held(reason: str, since: datetime | None, by: Actor) -> dict[str, object]:
    if not reason.strip():
        raise ReasonMissing
    return {"held": True, "held_reason": reason.strip()[:200], "held_since": since, "held_by": signature(by)}


def _set(row: T, values: dict[str, object]) -> T:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _keep(row: T, word: str, *, by: Actor, at: datetime, why: str = "") -> T:
    """Save the hold and who set or released it."""
    row.save(update_fields=list(RELEASED))
    Transition.objects.create(
        thing=row._meta.label,  # noqa: SLF001  Django means it to be read
        thing_id=row.pk,
        before="held" if word == "released" else "",
        after=word,
        at=at,
        by_kind=by.kind,
        by_name=by.name,
        by_user_id=by.user_id,
        why=why.strip()[:300],
    )
    return row
