"""Django app."""

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    """The registry of municipalities."""

    name = "tenants.municipalities"
    label = "municipalities"
