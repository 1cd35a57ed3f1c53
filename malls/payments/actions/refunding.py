"""Giving money back: reserve, ask, record. Never more than was charged, under any two clerks."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from core.actor import SYSTEM, Actor
from core.errors import GatewayError
from malls.orders import hooks as order_hooks
from malls.orders import stock
from malls.orders.actions import line_source
from malls.orders.models import LineKind, Order, OrderState
from malls.payments.actions.methods import reason_of
from malls.payments.errors import NothingToRefund, RefundRefused, RefundTooMuch
from malls.payments.gateways import Declined, Gateway, Refunded, RefundRequest, Unknown
from malls.payments.models import Charge, ChargeState, Refund, RefundState
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft
from settlement.statements.actions import correct_earning

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_SENT = (OrderState.PAID, OrderState.PREPARING)
ANSWER_WITHIN = timedelta(minutes=5)
RESEND_WITHIN = timedelta(hours=23)
Answer = Refunded | Declined | Unknown


def refund_order(
    order: Order, *, amount: int | None = None, reason: str, gateway: Gateway, by: Actor, at: datetime
) -> Refund:
    """Give back a paid order, or `amount` won of it. Whole refunds take back earnings, vouchers and reserved stock."""
    refund = reserve_refund(order, amount=amount, reason=reason, by=by, at=at)
    return send_refund(refund, gateway=gateway, by=by, at=at)


def send_refund(refund: Refund, *, gateway: Gateway, by: Actor, at: datetime) -> Refund:
    """Ask for a reserved refund, outside any transaction, and record the answer; refused when the provider says no."""
    answer = _ask(gateway, refund)
    record_refund(refund, answer, by=by, at=at)
    if isinstance(answer, Declined):
        raise RefundRefused(reason=answer.message or reason_of(answer.code))
    return Refund.objects.get(pk=refund.pk)


@transaction.atomic
def reserve_refund(order: Order, *, amount: int | None, reason: str, by: Actor, at: datetime) -> Refund:
    """Write the refund with its key before anyone is asked; the charge's rest is locked."""
    charge = Charge.objects.select_for_update().filter(order=order, state=ChargeState.SUCCEEDED).first()
    rest = charge.amount - refunded_of(charge) if charge else 0
    if charge is None or rest <= 0:
        raise NothingToRefund(number=order.number)
    wanted = rest if amount is None else amount
    if not 0 < wanted <= rest:
        raise RefundTooMuch(number=order.number, rest=rest)
    if wanted == rest:
        order_hooks.tell(order_hooks.refunding, [order], by=by, at=at)
    count = charge.refunds.count() + 1
    return Refund.objects.create(
        charge=charge,
        key=f"{charge.key}:refund:{count}",
        amount=wanted,
        reason=reason[:200],
        by_name=by.name,
        reserved_at=at,
    )


def refunded_of(charge: Charge) -> int:
    """What was given back, or may be on its way."""
    kept = charge.refunds.exclude(state=RefundState.FAILED)
    return kept.aggregate(total=Sum("amount"))["total"] or 0


def _ask(gateway: Gateway, refund: Refund) -> Answer:
    try:
        return gateway.refund(RefundRequest(refund.key, refund.charge.provider_ref, refund.amount))
    except GatewayError as error:
        return Unknown(str(error))


@transaction.atomic
def record_refund(refund: Refund, answer: Answer, *, by: Actor, at: datetime) -> None:
    """Write down what the provider said. A refund it took is money that has left, also while it is pending there."""
    locked = Refund.objects.select_for_update(of=("self",)).select_related("charge__order").get(pk=refund.pk)
    if isinstance(answer, Unknown):
        if locked.may_move(RefundState.UNKNOWN):
            locked.move(RefundState.UNKNOWN, by=by, at=at)
        return
    if isinstance(answer, Declined) or answer.state == "failed":
        _fail(locked, by=by, at=at)
    elif locked.may_move(RefundState.SUCCEEDED):
        locked.move(RefundState.SUCCEEDED, by=by, at=at, settled_at=at, provider_ref=answer.reference)
        post_many([_posting(locked, at, sign=1)])
        _close_order(locked.charge, by=by, at=at)


def _fail(refund: Refund, *, by: Actor, at: datetime) -> None:
    """The money stayed, or came back: what was posted is taken back."""
    was_posted = refund.state == RefundState.SUCCEEDED
    if refund.may_move(RefundState.FAILED):
        refund.move(RefundState.FAILED, by=by, at=at, settled_at=at)
        if was_posted:
            post_many([_posting(refund, at, sign=-1)])


def _posting(refund: Refund, at: datetime, *, sign: int) -> PostingDraft:
    kind = "refund" if sign > 0 else "refund_failed"
    amount = sign * refund.amount
    entries = [(Code.CUSTOMER_ADVANCES, "", amount), (Code.PROVIDER_CLEARING, "", -amount)]
    return PostingDraft(kind, f"{kind}:{refund.pk}", at, refund.charge.order.number, entries)


def _close_order(charge: Charge, *, by: Actor, at: datetime) -> None:
    """All of it was given back: the order is refunded, its earnings and reserved pieces are taken back."""
    order = charge.order
    if refunded_of(charge) < charge.amount or not order.may_move(OrderState.REFUNDED):
        return
    before = order.state
    order.move(OrderState.REFUNDED, by=by, at=at)
    if before in NOT_SENT:
        stock.release([order.pk])
    if before == OrderState.CONFIRMED:
        _take_back_earnings(order, at)


def _take_back_earnings(order: Order, at: datetime) -> None:
    for line in order.lines.filter(kind=LineKind.PRODUCT):
        source = line_source(line.pk)
        correct_earning(source, new_source=f"{source}:refund", at=at)
    if order.shipping:
        entries = [(Code.SHIPPING_INCOME, "", order.shipping), (Code.CUSTOMER_ADVANCES, "", -order.shipping)]
        post_many([PostingDraft("shipping_refund", f"shipping_refund:{order.pk}", at, order.number, entries)])


def settle_refunds(*, gateway: Gateway, at: datetime) -> int:
    """The janitor of refunds: those without an answer are found at the provider, or sent again while the key lives."""
    stuck = Refund.objects.filter(
        state__in=(RefundState.RESERVED, RefundState.UNKNOWN), reserved_at__lte=at - ANSWER_WITHIN
    ).select_related("charge")
    settled = 0
    for refund in stuck.order_by("pk")[:500]:
        record_refund(refund, _find(gateway, refund, at), by=SYSTEM, at=at)
        settled += 1
    return settled


def _find(gateway: Gateway, refund: Refund, at: datetime) -> Answer:
    known = set(refund.charge.refunds.exclude(provider_ref="").values_list("provider_ref", flat=True))
    try:
        rows: Mapping[str, Refunded] = {row.key: row for row in gateway.refunds_of(refund.charge.provider_ref)}
    except GatewayError as error:
        return Unknown(str(error))
    found = rows.get(refund.key)
    if found and found.reference not in known:
        return found
    return _ask(gateway, refund) if at - refund.reserved_at < RESEND_WITHIN else Refunded("", "failed", refund.key)
