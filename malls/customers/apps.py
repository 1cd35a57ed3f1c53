"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Adds its entries to my page."""

    name = "malls.customers"
    label = "customers"
    verbose_name = _("residents")

    def ready(self) -> None:
        """Register what this app shows."""
        from ui.my import add_my_section  # noqa: PLC0415  the registry is filled once the apps are loaded

        add_my_section(40, _("Addresses"), "/my/addresses/")
        add_my_section(90, _("My account"), "/my/account/")
