"""Django app."""

from django.apps import AppConfig


class FulfillmentConfig(AppConfig):
    """Shipments follow orders."""

    name = "malls.fulfillment"
    label = "fulfillment"

    def ready(self) -> None:
        """Paid orders get a box; orders that are given back lose it."""
        from malls.fulfillment.actions import drop_shipments, prepare_shipments  # noqa: PLC0415  models are ready now
        from malls.orders import hooks  # noqa: PLC0415

        hooks.paid.append(prepare_shipments)
        hooks.refunding.append(drop_shipments)
