"""Django app."""

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "tenants.municipalities"
    label = "municipalities"
