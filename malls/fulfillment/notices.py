"""Residents are told that their box is on its way."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from malls.fulfillment.models import Shipment, ShipmentState
from malls.notices.kinds import Facts, Form, Kind, Variable

SHIPPED = "shipped"


def sent_boxes(at: datetime) -> QuerySet[Shipment]:  # noqa: ARG001  a kind's shape
    """Boxes that left the hub."""
    rows = Shipment.objects.filter(state__in=(ShipmentState.SHIPPED, ShipmentState.DELIVERED))
    return rows.select_related("order")


def shipped(boxes: Sequence[Shipment], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """What, with whom, under which number."""
    return {
        box.pk: {
            "order": box.order.title,
            "courier": box.courier_name,
            "number": box.tracking_no,
            "deliver_on": box.order.deliver_on.isoformat() if box.order.deliver_on else "",
            "link": reverse("my-order", args=[box.order.number]),
        }
        for box in boxes
    }


KINDS = (
    Kind(
        SHIPPED, gettext_lazy("box sent"), sent_boxes, "order__resident", shipped,
        (
            Variable("order", gettext_lazy("title of the order"), "첫 장독 상자, 2회차"),
            Variable("courier", gettext_lazy("courier"), "CJ대한통운"),
            Variable("number", gettext_lazy("tracking number"), "123456789012", is_needed=True),
            Variable("deliver_on", gettext_lazy("delivery day"), "2027-01-20", Form.DAY),
            Variable("link", gettext_lazy("page of the order"), "/my/orders/1/", Form.LINK),
        ),
        gettext_lazy("{{order}} is on its way"),
        gettext_lazy(
            "{{name}}, your box is on its way.\nCourier: {{courier}}\nTracking number: {{number}}\n\n{{link}}"
        ),
    ),
)  # fmt: skip
