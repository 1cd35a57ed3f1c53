"""What leaves the municipality's hub."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.state import Stateful
from malls.fulfillment.rules import COURIERS
from malls.orders.models import Order


class ShipmentState(models.TextChoices):
    """From the pick list to the door."""

    PENDING = "pending", _("to be packed")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class Shipment(Stateful):
    """One box of an order."""

    MOVES = {
        ShipmentState.PENDING: {ShipmentState.PACKED, ShipmentState.SHIPPED, ShipmentState.CANCELLED},
        ShipmentState.PACKED: {ShipmentState.SHIPPED, ShipmentState.CANCELLED},
        ShipmentState.SHIPPED: {ShipmentState.DELIVERED},
        ShipmentState.DELIVERED: set(),
        ShipmentState.CANCELLED: {ShipmentState.PENDING},
    }

    order = models.OneToOneField(Order, models.PROTECT, related_name="shipment")
    state = models.CharField(_("state"), max_length=10, choices=ShipmentState, default=ShipmentState.PENDING)
    ship_on = models.DateField(_("shipping day"), db_index=True)
    courier = models.CharField(_("courier"), max_length=20, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=30, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ("ship_on", "pk")

    def __str__(self) -> str:
        return str(self.order)

    @property
    def courier_name(self) -> str:
        """The courier as people know it."""
        return COURIERS.get(self.courier, self.courier)
