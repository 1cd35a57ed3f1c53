"""Django app."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    """Vouchers act when orders are paid or refunded, and have a page in the residents' corner."""

    name = "bundles.vouchers"
    label = "vouchers"

    def ready(self) -> None:
        """Join the orders' moves."""
        from bundles.vouchers.actions.following import orders_paid, orders_refunding  # noqa: PLC0415  needs models
        from malls.orders import hooks  # noqa: PLC0415

        hooks.paid.append(orders_paid)
        hooks.refunding.append(orders_refunding)
