"""Django app."""

from django.apps import AppConfig


class GatesConfig(AppConfig):
    """Gates scan vouchers, also offline."""

    name = "bundles.gates"
    label = "gates"
