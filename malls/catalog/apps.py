"""Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "malls.catalog"
    label = "catalog"
