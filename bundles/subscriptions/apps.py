"""Django app."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Subscriptions follow their orders and cards, and have a page in the residents' corner."""

    name = "bundles.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        """Join what happens below."""
        from bundles.subscriptions.actions import following  # noqa: PLC0415  needs models
        from malls.orders import hooks as orders  # noqa: PLC0415
        from malls.payments import hooks as payments  # noqa: PLC0415

        orders.paid.append(following.orders_paid)
        orders.delivered.append(following.orders_delivered)
        payments.in_use.append(following.card_in_use)
        payments.replaced.append(following.card_replaced)
