"""Disputes: the bank takes the money first and decides later. Rules: docs/rules/disputes.md."""

import logging
from datetime import datetime

from django.db import transaction

from core.actor import SYSTEM, Actor
from core.state import record_moves
from malls.orders.errors import NothingComesOff
from malls.orders.models import LineKind, Order, Return
from malls.orders.returning import (
    Choice,
    free_pieces,
    free_shipping,
    plan_return,
    reserve_return,
    settle_return,
    undo_return,
)
from malls.payments.actions.prepaying import forfeit_rest, give_back_unneeded
from malls.payments.errors import DisputeClosed
from malls.payments.gateways import Gateway, ProviderDispute
from malls.payments.models import OPEN_DISPUTES, Charge, ChargeState, Dispute, DisputeState, Prepayment
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft

log = logging.getLogger(__name__)
MERCHANTS_FAULT = frozenset({"product_not_received", "product_unacceptable", "credit_not_processed"})
"""Reasons for which the merchant bears what it sent; for all others (fraud above all) the mall does."""


@transaction.atomic
def record_dispute(found: ProviderDispute, *, at: datetime, by: Actor = SYSTEM) -> Dispute | None:
    """Bring our row to where the provider's dispute stands now, in whatever order its messages came.

    None when its payment is not ours: the daily comparison shows what it moved.
    """
    charge = Charge.objects.select_for_update().filter(provider_ref=found.payment, state=ChargeState.SUCCEEDED).first()
    if charge is None:
        log.error("dispute %s is about a payment that we do not know", found.reference)
        return None
    row = Dispute.objects.select_for_update().filter(provider_ref=found.reference).first() or _open(found, charge, at)
    _follow_money(row, found, at)
    if row.respond_by != found.respond_by:
        Dispute.objects.filter(pk=row.pk).update(respond_by=found.respond_by)
    if found.state in (DisputeState.OPEN, DisputeState.REVIEW) and row.may_move(found.state):
        row.move(found.state, by=by, at=at)
    if found.state == DisputeState.WON and row.may_move(DisputeState.WON):
        row.move(DisputeState.WON, by=by, at=at, closed_at=at)
        if row.returned:
            undo_return(row.returned, by=by, at=at)
    if found.state == DisputeState.LOST and row.may_move(DisputeState.LOST):
        _lose(row, by=by, at=at)
    if row.state not in OPEN_DISPUTES:
        ahead = Prepayment.objects.filter(order=charge.order_id).values_list("pk", flat=True)
        give_back_unneeded(list(ahead), by=by, at=at)
    return row


def _open(found: ProviderDispute, charge: Charge, at: datetime) -> Dispute:
    """A new dispute: what it may take off the order is taken off now, as for a refund on its way."""
    order = Order.objects.select_for_update().get(pk=charge.order_id)
    row = Dispute.objects.create(
        charge=charge,
        provider_ref=found.reference,
        amount=found.amount,
        reason=found.reason[:60],
        returned=_hold(order, found, at),
        respond_by=found.respond_by,
        opened_at=found.opened_at,
    )
    record_moves(Dispute, {row.pk: ""}, DisputeState.OPEN, by=SYSTEM, at=at)
    return row


def _hold(order: Order, found: ProviderDispute, at: datetime) -> Return | None:
    """Unused vouchers and unsent goods always; sent goods when the merchant would bear them; nothing for a part."""
    try:
        choice = _choice(order, found)
        if not any(choice.pieces.values()) and not choice.shipping:
            return None
        if plan_return(order, choice).total > found.amount:
            return None
    except NothingComesOff:
        return None
    return reserve_return(order, choice, source=f"dispute:{found.reference}", by=SYSTEM, at=at)


def _choice(order: Order, found: ProviderDispute) -> Choice:
    lines = list(order.lines.order_by("position"))
    whole = {pk: len(numbers) for pk, numbers in free_pieces(lines).items()}
    everything = Choice(whole, shipping=free_shipping(order) > 0)
    if found.reason in MERCHANTS_FAULT or not plan_return(order, everything).was_sent:
        return everything
    vouchers = {line.pk for line in lines if line.kind == LineKind.VOUCHER}
    return Choice({pk: count for pk, count in whole.items() if pk in vouchers}, shipping=False)


def _follow_money(row: Dispute, found: ProviderDispute, at: datetime) -> None:
    """What the bank took since we looked, or gave again."""
    delta = found.withdrawn - row.withdrawn
    if not delta:
        return
    row.withdrawn, row.moves = found.withdrawn, row.moves + 1
    row.save(update_fields=["withdrawn", "moves"])
    entries = [(Code.DISPUTED, "", delta), (Code.PROVIDER_CLEARING, "", -delta)]
    source = f"dispute_funds:{row.pk}:{row.moves}"
    post_many([PostingDraft("dispute_funds", source, at, row.charge.order.number, entries)])


def _lose(row: Dispute, *, by: Actor, at: datetime) -> None:
    """The money is gone: what was held comes off for good, boxes paid in advance do not come, the rest is our loss."""
    row.move(DisputeState.LOST, by=by, at=at, closed_at=at)
    back = 0
    if row.returned:
        settle_return(row.returned, by=by, at=at)
        back = row.returned.shipping + sum(row.returned.lines.values_list("paid", flat=True))
    ahead = forfeit_rest(row.charge.order, row.withdrawn - back, at=at)
    entries = [
        (Code.DISPUTED, "", -row.withdrawn),
        (Code.CUSTOMER_ADVANCES, "", back),
        (Code.PREPAID_TERMS, "", ahead),
        (Code.DISPUTE_LOSSES, "", row.withdrawn - back - ahead),
    ]
    post_many([PostingDraft("dispute_lost", f"dispute_lost:{row.pk}", at, row.charge.order.number, entries)])


def answer_dispute(row: Dispute, evidence: str, *, gateway: Gateway, by: Actor, at: datetime) -> Dispute:
    """Hand our answer in at the provider, once and for good."""
    _refuse_closed(row, DisputeState.OPEN)
    gateway.answer_dispute(row.provider_ref, evidence)
    Dispute.objects.filter(pk=row.pk).update(evidence=evidence)
    return _fetch(row, gateway, by=by, at=at)


def accept_dispute(row: Dispute, *, gateway: Gateway, by: Actor, at: datetime) -> Dispute:
    """Give a dispute up: the buyer keeps the money."""
    _refuse_closed(row, *OPEN_DISPUTES)
    gateway.accept_dispute(row.provider_ref)
    return _fetch(row, gateway, by=by, at=at)


def _refuse_closed(row: Dispute, *states: str) -> None:
    if Dispute.objects.get(pk=row.pk).state not in states:
        raise DisputeClosed(number=row.charge.order.number)


def _fetch(row: Dispute, gateway: Gateway, *, by: Actor, at: datetime) -> Dispute:
    found = gateway.dispute(row.provider_ref)
    if found:
        record_dispute(found, at=at, by=by)
    return Dispute.objects.get(pk=row.pk)


def settle_disputes(*, gateway: Gateway, at: datetime) -> int:
    """Look at every open dispute again, so that a lost message does no harm; how many were looked at."""
    rows = list(Dispute.objects.filter(state__in=OPEN_DISPUTES).select_related("charge").order_by("pk")[:500])
    for row in rows:
        _fetch(row, gateway, by=SYSTEM, at=at)
    return len(rows)
