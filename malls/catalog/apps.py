"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Catalog of a mall."""

    name = "malls.catalog"
    label = "catalog"
    verbose_name = _("Catalog")
