"""From an open period to statements, from statements to an approved period."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.state import move_many
from core.wake import wake
from settlement.statements.actions.earning import TermsBook, ensure_period
from settlement.statements.duties import refuse_account_editor, refuse_same_person
from settlement.statements.errors import EarlierPeriodOpen, PeriodNotClosed, PeriodNotOver, UnknownPeriod
from settlement.statements.models import Payee, Period, PeriodState, Statement, StatementState, Terms
from settlement.statements.paydays import pay_day
from settlement.statements.people import ACCOUNT_CHECK, signature
from settlement.statements.rules import content_hash, days_of, draw_up
from settlement.statements.totals import Totals, carried_into, totals_of


@transaction.atomic
def close_period(key: str, *, by: Actor, at: datetime) -> list[Statement]:
    """Freeze a period into one statement per payee. Safe to call again: the same statements come back."""
    days_of(key)
    period = locked_period(ensure_period(key).key)
    if not period.is_open:
        return list(period.statements.all())
    _refuse_too_early(period, at)
    statements = Statement.objects.bulk_create(_draw_up_all(period, at))
    period.move(PeriodState.CLOSED, by=by, at=at, closed_at=at, closed_by=signature(by))
    wake("settlement.render_statements")
    return statements


@transaction.atomic
def approve_period(key: str, *, by: Actor, at: datetime) -> Period:
    """The checker confirms a closed period; its statements may be paid. Safe to call again by the same person."""
    period = locked_period(key)
    if period.is_open:
        raise PeriodNotClosed(key=key)
    if period.state != PeriodState.CLOSED and period.approved_by == signature(by):
        return period
    refuse_same_person(period, by, period.closed_by)
    refuse_account_editor(period, by)
    period.move(PeriodState.APPROVED, by=by, at=at, approved_at=at, approved_by=signature(by))
    move_many(Statement, period.statements.all(), StatementState.APPROVED, by=by, at=at)
    return period


@transaction.atomic
def finish_period(key: str, *, by: Actor, at: datetime) -> Period:
    """Settle the period's own state after money moved: paid when nothing is owed, approved when some came back."""
    period = locked_period(key)
    owed = period.statements.unpaid().exists()
    if period.state == PeriodState.APPROVED and not owed:
        period.move(PeriodState.PAID, by=by, at=at, paid_at=at)
    if period.state == PeriodState.PAID and owed:
        period.move(PeriodState.APPROVED, by=by, at=at, paid_at=None)
    return period


def locked_period(key: str) -> Period:
    """The period, locked until the transaction ends; refuses an unknown one."""
    days_of(key)
    found = Period.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise UnknownPeriod(key=key)
    return found


def known_period(key: str) -> Period:
    """The period, unlocked, for reading; refuses an unknown one."""
    days_of(key)
    found = Period.objects.filter(key=key).first()
    if found is None:
        raise UnknownPeriod(key=key)
    return found


def _refuse_too_early(period: Period, at: datetime) -> None:
    if at < period.over_at:
        raise PeriodNotOver(key=period.key, ends_on=period.ends_on)
    earlier = (
        Period.objects.filter(starts_on__lt=period.starts_on, state=PeriodState.OPEN).order_by("starts_on").first()
    )
    if earlier:
        raise EarlierPeriodOpen(key=period.key, earlier=earlier.key)


def _draw_up_all(period: Period, at: datetime) -> list[Statement]:
    """Unsaved statements for everyone who earned in the period or has an amount carried into it, numbered by name."""
    totals, carried = totals_of(period.pk), carried_into(period.starts_on)
    payees = Payee.objects.in_bulk(totals.keys() | carried.keys())
    book = TermsBook(set(payees))
    ordered = sorted(payees.values(), key=lambda payee: (payee.name, payee.pk))
    return [
        _draw_up(
            Statement(period=period, payee=payee, number=f"{period.key}-{number:04d}", drawn_up_at=at),
            totals=totals.get(payee.pk, Totals()),
            carried_in=carried.get(payee.pk, 0),
            terms=book.on(payee.pk, period.last_on),
        )
        for number, payee in enumerate(ordered, start=1)
    ]


def _draw_up(blank: Statement, *, totals: Totals, carried_in: int, terms: Terms) -> Statement:
    """Fill in a blank statement."""
    payee = blank.payee
    result = draw_up(
        totals.earned, carried_in, is_held=payee.held, min_payout=terms.min_payout, rounding=terms.rounding
    )
    frozen: dict[str, object] = {
        **asdict(totals),
        "number": blank.number,
        "payee_name": payee.name,
        "business_no": payee.business_no,
        "bank_code": payee.bank_code,
        "masked_account": payee.masked_account,
        "holder": payee.holder,
        "carried_in": carried_in,
        "held_amount": result.held,
        "carried_out": result.carried_out,
        "payable": result.payable,
    }
    values = {**frozen, **_hold_of(payee, blank.drawn_up_at), "content_hash": content_hash(frozen)}
    for name, value in values.items():
        setattr(blank, name, value)
    blank.pay_on = pay_day(blank.period.ends_on, terms.pay_day)
    return blank


def _hold_of(payee: Payee, at: datetime) -> dict[str, object]:
    """Why a statement cannot be paid from its first day: the payee is held, or its account is not verified."""
    if payee.held:
        reason, since, by = payee.held_reason, payee.held_since, payee.held_by
    elif not payee.can_be_paid:
        reason, since, by = _("The account number has not been verified."), at, ACCOUNT_CHECK
    else:
        return {}
    return {"held": True, "held_reason": reason, "held_since": since, "held_by": by}
