"""What happens to orders. Everything takes many at once; every verb is safe to call again."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from core.actor import Actor
from core.state import move_many
from malls.orders import hooks, stock
from malls.orders.errors import OutOfStock, PaymentUnderWay
from malls.orders.models import LineKind, Order, OrderLine, OrderState
from malls.orders.pieces import Money
from malls.orders.placing import write_orders
from malls.orders.returning import post_shipping_income, rest_of
from malls.orders.rules import OrderDraft
from settlement.statements.actions import earn_many
from settlement.statements.models import EarningKind
from settlement.statements.rules import EarningDraft


@transaction.atomic
def place_orders(drafts: Sequence[OrderDraft], *, by: Actor, at: datetime) -> list[Order]:
    """Promise: reserve stock and freeze the lines. A source placed before gives back the order that stands.

    Drafts that find too little stock are left out of the result (see `queries.shortages`). Draws up to a few thousand.
    """
    unique = {draft.source: draft for draft in drafts}
    available = stock.lock_available(chain.from_iterable(stock.needs_of(drafts).values()))
    known = {order.source: order for order in Order.objects.filter(source__in=unique)}
    fresh = stock.reserve([draft for source, draft in unique.items() if source not in known], available)
    placed = {order.source: order for order in write_orders(fresh, by, at)}
    faster = [draft.source for draft in fresh if draft.source not in placed]
    known |= {order.source: order for order in Order.objects.filter(source__in=faster)}
    return [order for source in unique if (order := placed.get(source) or known.get(source))]


def place_order(draft: OrderDraft, *, by: Actor, at: datetime) -> Order:
    """Promise one order, or say what is out of stock."""
    placed = place_orders([draft], by=by, at=at)
    if not placed:
        raise OutOfStock(names=", ".join(line.name for line in draft.lines if line.product_id))
    return placed[0]


@transaction.atomic
def mark_paid(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Order]:
    """Placed orders are paid; upper apps issue vouchers and prepare shipments in the same transaction."""
    moved = move_many(Order, orders, OrderState.PAID, by=by, at=at, paid_at=at)
    hooks.tell(hooks.paid, moved, by=by, at=at)
    return moved


@transaction.atomic
def cancel_orders(orders: Sequence[Order], *, by: Actor, at: datetime, why: str = "") -> list[Order]:
    """Take back promises that were never paid; refused while a charge is open, because it may yet succeed."""
    locked = list(Order.objects.select_for_update().filter(pk__in=[order.pk for order in orders]).order_by("pk"))
    for order in locked:
        if order.state == OrderState.PLACED and _has_open_charge(order):
            raise PaymentUnderWay(number=order.number)
    moved = move_many(Order, locked, OrderState.CANCELLED, by=by, at=at, why=why)
    stock.release([order.pk for order in moved])
    hooks.tell(hooks.cancelled, moved, by=by, at=at)
    return moved


def _has_open_charge(order: Order) -> bool:
    """Whether money is being asked for. `charges` is payments' reverse name; this app knows no more of it."""
    return order.charges.filter(state__in=("reserved", "asked", "unknown", "succeeded")).exists()


@transaction.atomic
def mark_preparing(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Order]:
    """The hub has begun to pack."""
    return move_many(Order, orders, OrderState.PREPARING, by=by, at=at)


@transaction.atomic
def mark_shipped(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Order]:
    """Boxes left the hub; their pieces left the stock."""
    moved = move_many(Order, orders, OrderState.SHIPPED, by=by, at=at)
    stock.send([order.pk for order in moved])
    hooks.tell(hooks.shipped, moved, by=by, at=at)
    return moved


@transaction.atomic
def mark_delivered(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Order]:
    """Boxes arrived; the days until confirmation begin."""
    moved = move_many(Order, orders, OrderState.DELIVERED, by=by, at=at, delivered_at=at)
    hooks.tell(hooks.delivered, moved, by=by, at=at)
    return moved


@transaction.atomic
def confirm_orders(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Order]:
    """구매확정: each merchant's line becomes an earning; vouchers are earned when they are used."""
    moved = move_many(Order, orders, OrderState.CONFIRMED, by=by, at=at, confirmed_at=at)
    if not moved:
        return []
    by_id = {order.pk: order for order in moved}
    lines = list(OrderLine.objects.filter(order_id__in=by_id, kind=LineKind.PRODUCT).order_by("order_id", "position"))
    rests = rest_of(lines)
    drafts = [earning_of(by_id[line.order_id], line, *rests[line.pk], at) for line in lines if rests[line.pk][1]]
    earn_many(drafts, at=at)
    post_shipping_income(moved, at=at)
    hooks.tell(hooks.confirmed, moved, by=by, at=at)
    return moved


def earning_of(order: Order, line: OrderLine, rest: Money, quantity: int, at: datetime) -> EarningDraft:
    """What a confirmed line's pieces earn for their merchant, with the shares and the rate frozen at the sale."""
    return EarningDraft(
        payee_ref=line.payee_ref,
        kind=EarningKind.GOODS,
        source=line_source(line.pk),
        description=f"{line.name} × {quantity}"[:200],
        gross=rest.amount,
        quantity=quantity,
        discount_municipality=rest.discount_municipality,
        discount_platform=rest.discount_platform,
        discount_merchant=rest.discount_merchant,
        tax_type=line.tax_type,
        group=order.title[:120],
        order_ref=order.number,
        commission_bp=line.commission_bp,
        earned_at=at,
    )


def line_source(line_id: int) -> str:
    """How settlement knows a line."""
    return f"order_line:{line_id}"
