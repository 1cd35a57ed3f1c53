"""Paying: a bank file is drawn up, sent, and each payout in it is paid or comes back."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count

from core.actor import Actor
from core.state import move_many
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many, reverse
from settlement.ledger.models import Posting
from settlement.ledger.rules import PostingDraft
from settlement.payouts.bankfile import bank_file
from settlement.payouts.errors import NothingToPay, PeriodNotApproved
from settlement.payouts.models import LIVE, BankFileTemplate, BatchState, Payout, PayoutBatch, PayoutState
from settlement.statements.actions.closing import finish_period, locked_period
from settlement.statements.duties import refuse_account_editor, refuse_same_person
from settlement.statements.errors import ReasonMissing
from settlement.statements.models import Period, PeriodState, Statement, StatementState
from settlement.statements.models.statements import StatementQuerySet
from settlement.statements.people import signature


@transaction.atomic
def draw_up_batch(key: str, *, template: BankFileTemplate, by: Actor, at: datetime) -> PayoutBatch:
    """Put every statement that waits for money into one bank file. Whoever closed or approved cannot do this."""
    period = locked_period(key)
    refuse_payer(period, by)
    statements = list(waiting(period).select_for_update(of=("self",)))
    if not statements:
        raise NothingToPay(key=key)
    number = f"{key}-B{period.batches.count() + 1}"
    tries = dict(Payout.objects.filter(statement__period=period).values_list("statement").annotate(Count("id")))
    payouts = [_payout(statement, tries.get(statement.pk, 0) + 1) for statement in statements]
    content = bank_file(template, payouts)
    batch = PayoutBatch(
        number=number,
        period=period,
        template=template,
        drawn_up_at=at,
        drawn_up_by=signature(by),
        count=len(payouts),
        total=sum(payout.amount for payout in payouts),
        file_hash=hashlib.sha256(content).hexdigest(),
    )
    batch.file.save(f"bankfiles/{key}/{number}.xlsx", ContentFile(content), save=True)
    for payout in payouts:
        payout.batch = batch
    Payout.objects.bulk_create(payouts)
    return batch


@transaction.atomic
def mark_sent(batch: PayoutBatch, *, by: Actor, at: datetime) -> PayoutBatch:
    """The file was handed to the bank: the money is on its way. Marked before: nothing happens."""
    if (batch := _locked(batch)).state == BatchState.SENT:
        return batch
    refuse_payer(batch.period, by)
    batch.move(BatchState.SENT, by=by, at=at, sent_at=at)
    payouts = move_many(Payout, _payouts(batch), PayoutState.SENT, by=by, at=at)
    move_many(Statement, [payout.statement for payout in payouts], StatementState.SENT, by=by, at=at)
    _post(payouts, "sent", Code.PAYEE_PAYABLE, Code.PAYOUTS_IN_TRANSIT, at)
    return batch


@transaction.atomic
def withdraw_batch(batch: PayoutBatch, *, by: Actor, at: datetime) -> PayoutBatch:
    """A file that never went to the bank is taken back; its statements wait again."""
    batch = _locked(batch)
    refuse_payer(batch.period, by)
    batch.move(BatchState.WITHDRAWN, by=by, at=at)
    move_many(Payout, _payouts(batch), PayoutState.WITHDRAWN, by=by, at=at)
    return batch


@transaction.atomic
def record_paid(payouts: Sequence[Payout], *, by: Actor, at: datetime) -> list[Payout]:
    """The bank reports these as paid; the ones that were not on their way are left as they are."""
    fresh = _fresh(payouts)
    for period in {payout.batch.period for payout in fresh}:
        refuse_payer(period, by)
    done = move_many(Payout, fresh, PayoutState.PAID, by=by, at=at, paid_at=at)
    move_many(Statement, [payout.statement for payout in done], StatementState.PAID, by=by, at=at, paid_at=at)
    _post(done, "paid", Code.PAYOUTS_IN_TRANSIT, Code.BANK, at)
    for key in sorted({payout.batch.period.key for payout in done}):
        finish_period(key, by=by, at=at)
    return done


@transaction.atomic
def record_returned(payout: Payout, *, reason: str, by: Actor, at: datetime) -> Payout:
    """The bank sent the money back, perhaps days after it was paid: the payee is credited again, exactly once."""
    if not reason.strip():
        raise ReasonMissing
    (payout,) = _fresh([payout])
    refuse_payer(payout.batch.period, by)
    payout.move(PayoutState.RETURNED, by=by, at=at, why=reason, return_reason=reason.strip()[:200])
    payout.statement.move(StatementState.RETURNED, by=by, at=at, why=reason, paid_at=None)
    for posting in Posting.objects.filter(source__in=_sources(payout)).order_by("-id"):
        reverse(posting, at=at, memo=reason.strip()[:200])
    finish_period(payout.batch.period.key, by=by, at=at)
    return payout


def waiting(period: Period) -> StatementQuerySet:
    """Statements of a period that wait for money: not held, account verified, in no live bank file."""
    free = period.statements.to_pay().filter(payee__bank_verified=True, payee__held=False)
    return free.exclude(payouts__state__in=LIVE).select_related("payee").order_by("number")


def refuse_payer(period: Period, by: Actor) -> None:
    """Refuse what is not approved, and whoever closed, approved or entered accounts."""
    if period.state not in {PeriodState.APPROVED, PeriodState.PAID}:
        raise PeriodNotApproved(key=period.key)
    refuse_same_person(period, by, period.closed_by, period.approved_by)
    refuse_account_editor(period, by)


def _payout(statement: Statement, attempt: int) -> Payout:
    payee = statement.payee
    return Payout(
        statement=statement,
        key=f"{statement.number}-{attempt}",
        amount=statement.payable,
        bank_code=payee.bank_code,
        account=payee.account,
        holder=payee.holder,
    )


def _locked(batch: PayoutBatch) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update(of=("self",)).select_related("period").get(pk=batch.pk)


def _payouts(batch: PayoutBatch) -> list[Payout]:
    return list(batch.payouts.select_related("statement", "statement__payee", "batch__period"))


def _fresh(payouts: Sequence[Payout]) -> list[Payout]:
    mine = Payout.objects.filter(pk__in=[payout.pk for payout in payouts]).order_by("pk")
    return list(mine.select_related("statement", "statement__payee", "batch__period"))


def _sources(payout: Payout) -> list[str]:
    return [f"payout:{payout.key}:{step}" for step in ("sent", "paid")]


def _post(payouts: Sequence[Payout], step: str, debit: Code, credit: Code, at: datetime) -> None:
    """One posting per payout for a step of its way."""
    post_many(
        [
            PostingDraft(
                f"payout.{step}",
                f"payout:{payout.key}:{step}",
                at,
                payout.statement.number,
                [
                    (debit, _owner(debit, payout), payout.amount),
                    (credit, _owner(credit, payout), -payout.amount),
                ],
            )
            for payout in payouts
        ]
    )


def _owner(code: Code, payout: Payout) -> str:
    return "" if code == Code.BANK else payout.statement.payee.ref
