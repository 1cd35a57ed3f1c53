"""Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Billing tells residents when their boxes were paid."""

    name = "bundles.billing"
    label = "billing"

    def ready(self) -> None:
        """Join the orders' moves, what can be told, and what an order asks."""
        from bundles.billing.actions.following import orders_paid  # noqa: PLC0415  needs models
        from bundles.billing.notices import KINDS  # noqa: PLC0415
        from bundles.billing.waiting import unconfirmed  # noqa: PLC0415
        from malls.notices.kinds import add_kinds  # noqa: PLC0415
        from malls.orders import hooks  # noqa: PLC0415
        from malls.storefront.asks import asking  # noqa: PLC0415

        hooks.paid.append(orders_paid)
        add_kinds(KINDS)
        asking.append(unconfirmed)
