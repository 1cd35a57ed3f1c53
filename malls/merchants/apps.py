"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    """Merchants of a mall."""

    name = "malls.merchants"
    label = "merchants"
    verbose_name = _("Merchants")
