"""What the hub reads: the day's boxes, by product and by box."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, QuerySet

from malls.fulfillment.models import Shipment, ShipmentState
from malls.fulfillment.rules import Piece
from malls.orders.models import LineKind, OrderLine

OPEN = (ShipmentState.PENDING, ShipmentState.PACKED)


def boxes_to_send(until: date) -> QuerySet[Shipment]:
    """Boxes that must leave by this day and have not, oldest first."""
    open_ = Shipment.objects.filter(state__in=OPEN, ship_on__lte=until)
    return open_.select_related("order").order_by("ship_on", "pk")


def boxes_under_way() -> QuerySet[Shipment]:
    """Boxes at the courier."""
    return Shipment.objects.filter(state=ShipmentState.SHIPPED).select_related("order").order_by("shipped_at", "pk")


def pieces_in(shipments: Sequence[Shipment]) -> list[Piece]:
    """Every line that must be put into these boxes."""
    boxes = {shipment.order_id: shipment for shipment in shipments}
    goods = OrderLine.objects.filter(order_id__in=boxes, kind=LineKind.PRODUCT, taken__lt=F("quantity"))
    lines = goods.select_related("product", "order")
    return [
        Piece(
            shipment_id=boxes[line.order_id].pk,
            order_number=line.order.number,
            recipient=line.order.recipient,
            merchant=line.payee_name,
            name=line.name,
            spec=line.spec,
            storage=line.product.get_storage_display() if line.product else "",
            quantity=line.to_send,
        )
        for line in lines.order_by("order_id", "position")
    ]
