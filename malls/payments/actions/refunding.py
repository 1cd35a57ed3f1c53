"""Giving money back: reserve, ask, record. Never more than was charged, under any two clerks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core.actor import SYSTEM, Actor
from core.errors import GatewayError
from malls.notices.actions import note
from malls.orders.models import Order
from malls.orders.returning import (
    Choice,
    Plan,
    close_emptied,
    plan_return,
    reserve_return,
    settle_return,
    undo_return,
)
from malls.payments.actions.methods import reason_of
from malls.payments.errors import DisputeOpen, NothingToRefund, RefundRefused, RefundTooMuch
from malls.payments.gateways import Declined, Gateway, Refunded, RefundRequest, Unknown
from malls.payments.models import OPEN_DISPUTES, Charge, ChargeState, Dispute, Prepayment, Refund, RefundState
from malls.payments.notices import REFUNDED
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import Line, PostingDraft

ANSWER_WITHIN = timedelta(minutes=5)
RESEND_WITHIN = timedelta(hours=23)
STUCK = (RefundState.RESERVED, RefundState.UNKNOWN)
Answer = Refunded | Declined | Unknown


def refund_order(
    order: Order, *, choice: Choice | None = None, reason: str, gateway: Gateway, by: Actor, at: datetime
) -> Refund:
    """Give back the chosen pieces of a paid order, or all that can still come off.

    Money, pieces to send, vouchers, stock and earnings move together (docs/rules/refunds.md).
    """
    refund = reserve_refund(order, choice=choice, reason=reason, by=by, at=at)
    return send_refund(refund, gateway=gateway, by=by, at=at)


def plan_refund(order: Order, choice: Choice | None = None) -> Plan:
    """What a refund would give back and take off; refuses what `refund_order` would refuse."""
    return _payable(order, _charge_of(order), plan_return(order, choice))


@transaction.atomic
def reserve_refund(order: Order, *, choice: Choice | None = None, reason: str, by: Actor, at: datetime) -> Refund:
    """Write the refund with its key before anyone is asked, and take the pieces off. The charge is locked."""
    charge = _charge_of(order, lock=True)
    plan = _payable(order, charge, plan_return(order, choice))
    key = f"{charge.key}:refund:{charge.refunds.count() + 1}"
    returned = reserve_return(order, choice, source=key, by=by, at=at)
    return Refund.objects.create(
        charge=charge,
        returned=returned,
        key=key,
        amount=plan.total,
        tax_free=plan.tax_free,
        reason=reason[:200],
        by_name=by.name,
        reserved_at=at,
    )


@transaction.atomic
def reserve_amount(order: Order, amount: int, *, reason: str, by: Actor, at: datetime) -> Refund:
    """Write a refund of `amount` won whose things the caller takes off itself, in the same transaction."""
    charge = _charge_of(order, lock=True)
    rest = left_of(charge)
    if not 0 < amount <= rest:
        raise RefundTooMuch(number=order.number, rest=rest)
    key = f"{charge.key}:refund:{charge.refunds.count() + 1}"
    return Refund.objects.create(
        charge=charge, key=key, amount=amount, reason=reason[:200], by_name=by.name, reserved_at=at
    )


def _charge_of(order: Order, *, lock: bool = False) -> Charge:
    rows = Charge.objects.select_for_update() if lock else Charge.objects.all()
    charge = rows.filter(covering(order), state=ChargeState.SUCCEEDED).first()
    if charge is not None and charge.disputes.filter(state__in=OPEN_DISPUTES).exists():
        raise DisputeOpen(number=order.number)
    if charge is None or left_of(charge) <= 0:
        raise NothingToRefund(number=order.number)
    return charge


def covering(order: Order) -> Q:
    """Charges that may pay for an order: its own, or that of the prepayment of which it uses a part."""
    return Q(order=order) | Q(order__in=Prepayment.objects.filter(parts__order=order).values("order"))


def _paid_by(charge: Charge) -> QuerySet[Order]:
    """The orders that a charge pays for: the other way round of `covering`."""
    mine = Q(pk=charge.order_id) | Q(prepaid_part__prepayment__order=charge.order_id)
    return Order.objects.filter(mine).order_by("pk")


def _payable(order: Order, charge: Charge, plan: Plan) -> Plan:
    """A plan over some won, and not over more than the charge has left."""
    rest = left_of(charge)
    if not plan.total:
        raise NothingToRefund(number=order.number)
    if plan.total > rest:
        raise RefundTooMuch(number=order.number, rest=rest)
    return plan


def left_of(charge: Charge) -> int:
    """What may still be given back: the charge less refunds (also on their way), and less what banks took."""
    return left_of_charges([charge])[charge.pk]


def left_of_charges(charges: Sequence[Charge]) -> dict[int, int]:
    """The same for many, by id: two statements."""
    left = {charge.pk: charge.amount for charge in charges}
    refunds = Refund.objects.filter(charge__in=charges).exclude(state=RefundState.FAILED)
    taken = Dispute.objects.filter(charge__in=charges)
    for charge, won in [*refunds.values_list("charge", "amount"), *taken.values_list("charge", "withdrawn")]:
        left[charge] -= won
    return left


def send_refund(refund: Refund, *, gateway: Gateway, by: Actor, at: datetime) -> Refund:
    """Ask for a reserved refund, outside any transaction, and record the answer; refused when the provider says no."""
    answer = _ask(gateway, refund)
    record_refund(refund, answer, by=by, at=at)
    if isinstance(answer, Declined):
        raise RefundRefused(reason=answer.message or reason_of(answer.code))
    return Refund.objects.get(pk=refund.pk)


def _ask(gateway: Gateway, refund: Refund) -> Answer:
    try:
        return gateway.refund(RefundRequest(refund.key, refund.charge.provider_ref, refund.amount, refund.tax_free))
    except GatewayError as error:
        return Unknown(str(error))


@transaction.atomic
def record_refund(refund: Refund, answer: Answer, *, by: Actor, at: datetime) -> None:
    """Write down what the provider said. Money that it took has left our balance, also while it is on its way."""
    Order.objects.select_for_update().get(pk=refund.charge.order_id)
    rows = Refund.objects.select_for_update(of=("self",)).select_related("charge__order", "returned")
    locked = rows.get(pk=refund.pk)
    if isinstance(answer, Unknown):
        if locked.may_move(RefundState.UNKNOWN):
            locked.move(RefundState.UNKNOWN, by=by, at=at)
    elif isinstance(answer, Declined) or answer.state == "failed":
        _fail(locked, by=by, at=at)
    elif answer.state == "pending":
        if locked.may_move(RefundState.PENDING):
            locked.move(RefundState.PENDING, by=by, at=at, provider_ref=answer.reference)
            post_many([_left(locked, at)])
    elif locked.may_move(RefundState.SUCCEEDED):
        locked.move(RefundState.SUCCEEDED, by=by, at=at, settled_at=at, provider_ref=answer.reference)
        post_many([_left(locked, at)])
        note(REFUNDED, Refund.objects.filter(pk=locked.pk), at=at)
        if locked.returned:
            settle_return(locked.returned, by=by, at=at)
        elif locked.prepayment_id is None:
            for order in _paid_by(locked.charge):
                close_emptied(order, by=by, at=at)


def _fail(refund: Refund, *, by: Actor, at: datetime) -> None:
    """The money stayed, or came back. What can be put back is; else the buyer is owed what the card would not take."""
    before = refund.state
    if not refund.may_move(RefundState.OWED):
        return
    is_loose = refund.returned is None and refund.prepayment_id is None
    restored = is_loose or (refund.returned is not None and undo_return(refund.returned, by=by, at=at))
    if restored and refund.may_move(RefundState.FAILED):
        refund.move(RefundState.FAILED, by=by, at=at, settled_at=at)
        if before == RefundState.PENDING:
            post_many([_came_back(refund, at, Code.CUSTOMER_ADVANCES)])
        return
    refund.move(RefundState.OWED, by=by, at=at, settled_at=at)
    if before in STUCK:
        post_many(
            [
                _posting(
                    refund,
                    "refund_owed",
                    at,
                    [(Code.CUSTOMER_ADVANCES, "", refund.amount), (Code.REFUNDS_DUE, "", -refund.amount)],
                )
            ]
        )
    else:
        post_many([_came_back(refund, at, Code.REFUNDS_DUE)])
    if refund.returned:
        settle_return(refund.returned, by=by, at=at)


def _left(refund: Refund, at: datetime) -> PostingDraft:
    entries = [(Code.CUSTOMER_ADVANCES, "", refund.amount), (Code.PROVIDER_CLEARING, "", -refund.amount)]
    return _posting(refund, "refund", at, entries)


def _came_back(refund: Refund, at: datetime, to: Code) -> PostingDraft:
    entries = [(Code.PROVIDER_CLEARING, "", refund.amount), (to, "", -refund.amount)]
    return _posting(refund, "refund_failed", at, entries)


def _posting(refund: Refund, kind: str, at: datetime, entries: Sequence[Line]) -> PostingDraft:
    return PostingDraft(kind, f"{kind}:{refund.pk}", at, refund.charge.order.number, entries)


@transaction.atomic
def repay_refund(refund: Refund, *, note: str, by: Actor, at: datetime) -> Refund:
    """Record that a refund which the card would not take was paid by bank transfer. Paid before: nothing happens."""
    locked = Refund.objects.select_for_update(of=("self",)).select_related("charge__order").get(pk=refund.pk)
    if locked.state == RefundState.REPAID:
        return locked
    locked.move(RefundState.REPAID, by=by, at=at, why=note)
    entries = [(Code.REFUNDS_DUE, "", locked.amount), (Code.BANK, "", -locked.amount)]
    post_many([_posting(locked, "refund_repaid", at, entries)])
    return locked


def settle_refunds(*, gateway: Gateway, at: datetime) -> int:
    """The janitor of refunds: those without an answer are found at the provider, or sent again while the key lives.

    Refunds on their way are looked at too, so that one whose message was lost still ends.
    """
    late = Refund.objects.filter(state__in=(*STUCK, RefundState.PENDING), reserved_at__lte=at - ANSWER_WITHIN)
    settled = 0
    for refund in late.select_related("charge").order_by("pk")[:500]:
        record_refund(refund, _find(gateway, refund, at), by=SYSTEM, at=at)
        settled += 1
    return settled


def _find(gateway: Gateway, refund: Refund, at: datetime) -> Answer:
    try:
        rows: Mapping[str, Refunded] = {row.key: row for row in gateway.refunds_of(refund.charge.provider_ref)}
    except GatewayError as error:
        return Unknown(str(error))
    found = rows.get(refund.key)
    if found:
        return found
    if refund.state == RefundState.PENDING:
        return Unknown("a refund on its way is not in the list")
    return _ask(gateway, refund) if at - refund.reserved_at < RESEND_WITHIN else Refunded("", "failed", refund.key)
