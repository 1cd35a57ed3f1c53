"""Boxes paid in advance: the first one's charge asks for the whole term, each later one uses its part of it."""

from collections.abc import Sequence
from datetime import datetime

from bundles.billing.drafts import Advance, Bill
from bundles.subscriptions.models import PrepaidTerm
from core.actor import Actor
from malls.orders.models import Order
from malls.payments.actions import cover_orders, open_prepayments


def pay_ahead(placed: Sequence[tuple[Bill, Order]], *, by: Actor, at: datetime) -> None:
    """Cover the orders of boxes whose term is paid; let those of a term's first boxes ask for all of it."""
    ahead = [(bill.advance, order) for bill, order in placed if bill.advance]
    cover_orders([(order, advance.part) for advance, order in ahead if advance.part], by=by, at=at)
    _open([(advance, order) for advance, order in ahead if not advance.part])


def _open(firsts: Sequence[tuple[Advance, Order]]) -> None:
    if not firsts:
        return
    opened = open_prepayments({order: advance.term.whole.parts for advance, order in firsts})
    for advance, order in firsts:
        advance.term.prepayment = opened[order.pk]
    PrepaidTerm.objects.bulk_update([advance.term for advance, _ in firsts], ["prepayment"])
