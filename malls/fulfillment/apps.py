"""Django app."""

from django.apps import AppConfig


class FulfillmentConfig(AppConfig):
    """Shipments follow orders."""

    name = "malls.fulfillment"
    label = "fulfillment"

    def ready(self) -> None:
        """Paid orders get a box; orders of which no goods are left lose it."""
        from malls.fulfillment import actions  # noqa: PLC0415  models are ready now
        from malls.fulfillment.notices import KINDS  # noqa: PLC0415
        from malls.notices.kinds import add_kinds  # noqa: PLC0415
        from malls.orders import hooks  # noqa: PLC0415

        add_kinds(KINDS)
        hooks.paid.append(actions.prepare_shipments)
        hooks.taking.append(actions.pieces_taken)
        hooks.giving_back.append(actions.pieces_given_back)
