"""Wishes to give something back: asked by residents (청약철회) or proposed by clerks, granted by one person or two."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.clock import kst_date
from malls.orders.models import Order, OrderState
from malls.orders.returning import Choice, Plan, free_pieces, free_shipping
from malls.payments import lawful
from malls.payments.actions.refunding import plan_refund, reserve_refund, send_refund
from malls.payments.errors import (
    NotARightReason,
    NoVoid,
    PerishableSent,
    SameRefunder,
    TooLateToWithdraw,
    WithdrawalWaits,
)
from malls.payments.gateways import Gateway
from malls.payments.models import (
    OPEN_WITHDRAWALS,
    Reason,
    Refund,
    RefundRules,
    Withdrawal,
    WithdrawalState,
)

ONLY = 1


def refund_rules() -> RefundRules:
    """The municipality's rules, as they are or as they begin."""
    return RefundRules.objects.filter(pk=ONLY).first() or RefundRules(pk=ONLY)


def set_refund_rules(four_eyes_from: int) -> RefundRules:
    """From how many won on a refund needs a second person."""
    rules, _created = RefundRules.objects.update_or_create(pk=ONLY, defaults={"four_eyes_from": four_eyes_from})
    return rules


def facts_of(order: Order) -> lawful.Facts:
    """What the law asks about an order."""
    sent = order.state in (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CONFIRMED)
    return lawful.Facts(sent, kst_date(order.delivered_at) if order.delivered_at else None)


@transaction.atomic
def ask_withdrawal(
    order: Order, pieces: dict[int, int], *, reason: str, words: str, by: Actor, at: datetime
) -> Withdrawal:
    """A resident asks to give pieces back, within the law's periods. One open request per order."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    facts, today = facts_of(locked), kst_date(at)
    if reason not in lawful.RESIDENTS_REASONS:
        raise NotARightReason
    if lawful.is_too_late(reason, facts, today):
        raise TooLateToWithdraw(last=lawful.last_day(reason, facts))
    choice = Choice(pieces, shipping=_shipping(locked, pieces, reason, facts))
    plan = plan_refund(locked, choice)
    if reason == lawful.MIND:
        _refuse_perishable(plan, facts)
    return _write(locked, Wish(choice, reason, words, by, at), plan, WithdrawalState.ASKED)


def _shipping(order: Order, pieces: dict[int, int], reason: str, facts: lawful.Facts) -> bool:
    free = free_pieces(list(order.lines.all()))
    is_whole = all(pieces.get(line, 0) == len(numbers) for line, numbers in free.items())
    return bool(free_shipping(order)) and lawful.gives_shipping_back(reason, facts, is_whole=is_whole)


def _refuse_perishable(plan: Plan, facts: lawful.Facts) -> None:
    for part in plan.parts:
        if part.line.product and not lawful.may_change_mind(part.line.product.storage, facts):
            raise PerishableSent(name=part.line.name)


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall come off, why, and who wants it since when."""

    choice: Choice
    reason: str
    words: str
    by: Actor
    at: datetime


def _write(order: Order, wish: Wish, plan: Plan, state: WithdrawalState) -> Withdrawal:
    if Withdrawal.objects.filter(order=order, state__in=OPEN_WITHDRAWALS).exists():
        raise WithdrawalWaits(number=order.number)
    proposed = state == WithdrawalState.PROPOSED
    return Withdrawal.objects.create(
        order=order,
        state=state,
        reason=wish.reason,
        words=wish.words[:500],
        choice={str(line): count for line, count in wish.choice.pieces.items()},
        shipping=wish.choice.shipping,
        amount=plan.total,
        is_residents=wish.by.kind == "resident",
        asked_at=wish.at,
        due_on=lawful.money_back_until(kst_date(wish.at)),
        proposed_by=wish.by.user_id if proposed else None,
        proposed_by_name=wish.by.name if proposed else "",
    )


def choice_of(withdrawal: Withdrawal) -> Choice:
    """What a request wants to come off."""
    return Choice({int(line): count for line, count in withdrawal.choice.items()}, shipping=withdrawal.shipping)


def propose_refund(
    order: Order, choice: Choice, *, reason: str, words: str, gateway: Gateway, by: Actor, at: datetime
) -> Withdrawal:
    """A clerk gives pieces back at once, or, from the typed amount on, puts it before a second person."""
    if reason not in Reason.values:
        raise NotARightReason
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        plan = plan_refund(locked, choice)
        made = _write(locked, Wish(choice, reason, words, by, at), plan, WithdrawalState.PROPOSED)
    if made.amount >= refund_rules().four_eyes_from:
        return made
    return _grant(made, gateway=gateway, by=by, at=at)


def grant_withdrawal(withdrawal: Withdrawal, *, gateway: Gateway, by: Actor, at: datetime) -> Withdrawal:
    """Say yes: below the typed amount the money goes back now; from it on a second person must say yes too."""
    with transaction.atomic():
        locked = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
        if locked.state == WithdrawalState.GRANTED:
            return locked
        if locked.state == WithdrawalState.PROPOSED and locked.proposed_by == by.user_id:
            raise SameRefunder(name=by.name)
        if locked.state == WithdrawalState.ASKED and locked.amount >= refund_rules().four_eyes_from:
            return locked.move(WithdrawalState.PROPOSED, by=by, at=at, proposed_by=by.user_id, proposed_by_name=by.name)
    return _grant(withdrawal, gateway=gateway, by=by, at=at)


def _grant(withdrawal: Withdrawal, *, gateway: Gateway, by: Actor, at: datetime) -> Withdrawal:
    """Reserve under the request's lock, then ask."""
    with transaction.atomic():
        locked = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
        if locked.state == WithdrawalState.GRANTED:
            return locked
        reason = ": ".join(filter(None, [str(Reason(locked.reason).label), locked.words]))
        refund = reserve_refund(locked.order, choice=choice_of(locked), reason=reason, by=by, at=at)
        locked.move(WithdrawalState.GRANTED, by=by, at=at, refund_id=refund.pk)
    send_refund(refund, gateway=gateway, by=by, at=at)
    return locked


@transaction.atomic
def reject_withdrawal(withdrawal: Withdrawal, *, answer: str, by: Actor, at: datetime) -> Withdrawal:
    """Say no, with the reason that the resident reads."""
    locked = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    return locked.move(WithdrawalState.REJECTED, by=by, at=at, why=answer[:300], answer=answer[:500])


@transaction.atomic
def take_back_withdrawal(withdrawal: Withdrawal, *, by: Actor, at: datetime) -> Withdrawal:
    """Whoever asked does not want it any more. Taken back before: nothing happens."""
    locked = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    if locked.state == WithdrawalState.TAKEN_BACK:
        return locked
    return locked.move(WithdrawalState.TAKEN_BACK, by=by, at=at)


def may_void(order: Order, at: datetime) -> bool:
    """Whether an order can be voided: paid today (Korean day) and not yet being packed."""
    return order.state == OrderState.PAID and order.paid_at is not None and kst_date(order.paid_at) == kst_date(at)


def void_order(order: Order, *, reason: str, gateway: Gateway, by: Actor, at: datetime) -> Refund:
    """Undo a purchase on its own day, whole: the same road as any refund. Refused once packing began."""
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if not may_void(locked, at):
            raise NoVoid(number=locked.number)
        refund = reserve_refund(locked, reason=reason, by=by, at=at)
    return send_refund(refund, gateway=gateway, by=by, at=at)
