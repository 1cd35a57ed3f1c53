"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    """Subscriptions follow their orders and cards, and have a page in the residents' corner."""

    name = "bundles.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        """Join what happens below."""
        from bundles.plans import hooks as plans  # noqa: PLC0415
        from bundles.subscriptions.actions import following, keep_days  # noqa: PLC0415  needs models
        from bundles.subscriptions.notices import KINDS  # noqa: PLC0415
        from bundles.subscriptions.views import panel  # noqa: PLC0415
        from malls.notices.kinds import add_kinds  # noqa: PLC0415
        from malls.orders import hooks as orders  # noqa: PLC0415
        from malls.payments import hooks as payments  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415

        add_my_section(
            10, _("Subscriptions"), "/my/subscriptions/", template="subscriptions/_panel.html", context=panel
        )
        add_kinds(KINDS)
        plans.days_changed.append(keep_days)
        orders.paid.append(following.orders_paid)
        orders.delivered.append(following.orders_delivered)
        payments.in_use.append(following.cards_in_use)
        payments.stopped.append(following.charges_stopped)
        payments.replaced.append(following.card_replaced)
