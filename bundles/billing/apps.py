"""Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Billing tells residents when their boxes were paid."""

    name = "bundles.billing"
    label = "billing"

    def ready(self) -> None:
        """Join the orders' moves."""
        from bundles.billing.actions.following import orders_paid  # noqa: PLC0415  needs models
        from malls.orders import hooks  # noqa: PLC0415

        hooks.paid.append(orders_paid)
