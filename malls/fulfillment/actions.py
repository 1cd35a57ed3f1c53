"""What the hub does with boxes. Everything takes many at once and is safe to call again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.state import move_many
from malls.fulfillment.errors import TrackingNumberTwice, TrackingNumberWrong, UnknownCourier
from malls.fulfillment.models import Shipment, ShipmentState
from malls.fulfillment.notices import SHIPPED
from malls.fulfillment.rules import COURIERS, tracking_digits
from malls.notices.actions import note
from malls.orders import actions as orders_actions
from malls.orders.models import LineKind, Order, OrderLine, ReturnLine
from malls.orders.queries import due_for_confirmation

BATCH = 1000
PREPARE = """
    INSERT INTO fulfillment_shipment (order_id, state, ship_on, courier, tracking_no)
    SELECT id, %s, coalesce(ship_on, %s), '', '' FROM orders_order
    WHERE id = ANY(%s) AND EXISTS (SELECT 1 FROM orders_orderline WHERE order_id = orders_order.id AND kind = %s)
    ORDER BY id ON CONFLICT (order_id) DO NOTHING
"""


def prepare_shipments(orders: Sequence[Order], *, by: Actor, at: datetime) -> None:  # noqa: ARG001  a hook
    """A box for each paid order with goods. Prepared before: nothing happens."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, [ShipmentState.PENDING, kst_date(at), [order.pk for order in orders], LineKind.PRODUCT])


@transaction.atomic
def pieces_taken(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> None:
    """Pieces came off orders: boxes that have not left and have nothing left to carry stay here."""
    empty = Shipment.objects.filter(order__returns__lines__in=lines).exclude(_has_goods()).distinct()
    move_many(Shipment, list(empty), ShipmentState.CANCELLED, by=by, at=at)


@transaction.atomic
def pieces_given_back(lines: Sequence[ReturnLine], *, by: Actor, at: datetime) -> None:
    """Pieces went back on orders: their boxes are packed after all."""
    boxes = Shipment.objects.filter(order__returns__lines__in=lines).filter(_has_goods()).distinct()
    move_many(Shipment, list(boxes), ShipmentState.PENDING, by=by, at=at)


def _has_goods() -> Exists:
    return Exists(OrderLine.objects.filter(order=OuterRef("order"), kind=LineKind.PRODUCT, taken__lt=F("quantity")))


@transaction.atomic
def pack_shipments(shipments: Sequence[Shipment], *, by: Actor, at: datetime) -> list[Shipment]:
    """The boxes are packed; their orders are being prepared."""
    moved = move_many(Shipment, shipments, ShipmentState.PACKED, by=by, at=at)
    orders_actions.mark_preparing(_orders_of(moved), by=by, at=at)
    return moved


@transaction.atomic
def ship_shipments(
    shipments: Sequence[Shipment], *, courier: str, numbers: Mapping[int, str], by: Actor, at: datetime
) -> list[Shipment]:
    """Hand boxes to a courier, each under its tracking number (by shipment id); boxes without one stay.

    A number that cannot be one, or that another box has, refuses the whole call.
    """
    if courier not in COURIERS:
        raise UnknownCourier(courier=courier)
    numbered = [one.pk for one in shipments if numbers.get(one.pk, "").strip()]
    if not numbered:
        return []
    locked = _locked(numbered)
    digits = {one.pk: _digits_of(one, numbers[one.pk]) for one in locked if one.may_move(ShipmentState.SHIPPED)}
    _refuse_taken(courier, locked, digits)
    leaving = [one for one in locked if one.pk in digits]
    for shipment in leaving:
        shipment.courier, shipment.tracking_no = courier, digits[shipment.pk]
    Shipment.objects.bulk_update(leaving, ["courier", "tracking_no"], batch_size=BATCH)
    moved = move_many(Shipment, leaving, ShipmentState.SHIPPED, by=by, at=at, shipped_at=at)
    orders_actions.mark_shipped(_orders_of(moved), by=by, at=at)
    if moved:
        note(SHIPPED, Shipment.objects.filter(pk__in=[one.pk for one in moved]), at=at)
    return moved


def _locked(pks: Sequence[int]) -> list[Shipment]:
    rows = Shipment.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return list(rows.select_related("order"))


def _digits_of(shipment: Shipment, number: str) -> str:
    digits = tracking_digits(number)
    if digits is None:
        raise TrackingNumberWrong(order=shipment.order.number, number=number)
    return digits


def _refuse_taken(courier: str, shipments: Sequence[Shipment], digits: Mapping[int, str]) -> None:
    """No two boxes under one number, neither in this call nor before."""
    seen: dict[str, str] = {}
    for shipment in shipments:
        number = digits.get(shipment.pk)
        if number in seen:
            raise TrackingNumberTwice(number=number, order=seen[number])
        if number:
            seen[number] = shipment.order.number
    taken = Shipment.objects.filter(courier=courier, tracking_no__in=seen).select_related("order").first()
    if taken:
        raise TrackingNumberTwice(number=taken.tracking_no, order=taken.order.number)


@transaction.atomic
def deliver_shipments(shipments: Sequence[Shipment], *, by: Actor, at: datetime) -> list[Shipment]:
    """The boxes arrived."""
    if not shipments:
        return []
    moved = move_many(Shipment, shipments, ShipmentState.DELIVERED, by=by, at=at, delivered_at=at)
    orders_actions.mark_delivered(_orders_of(moved), by=by, at=at)
    return moved


def _orders_of(shipments: Sequence[Shipment]) -> list[Order]:
    return list(Order.objects.filter(shipment__in=shipments).order_by("pk"))


def confirm_due(*, at: datetime, by: Actor = SYSTEM) -> int:
    """Confirm what was delivered seven days ago and not confirmed by its resident; how many."""
    confirmed = 0
    while batch := list(due_for_confirmation(at)[:BATCH]):
        done = orders_actions.confirm_orders(batch, by=by, at=at)
        if not done:
            break
        confirmed += len(done)
    return confirmed
