"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Adds the resident's cards to my page; tells of money given back."""

    name = "malls.payments"
    label = "payments"
    verbose_name = _("payments")

    def ready(self) -> None:
        """Register what this app shows and tells."""
        from malls.notices.kinds import add_kinds  # noqa: PLC0415  models are ready now
        from malls.payments.notices import KINDS  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415  the registry is filled once the apps are loaded

        add_kinds(KINDS)
        add_my_section(50, _("Payment methods"), "/my/payment-methods/")
