"""Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders."""

    name = "malls.orders"
    label = "orders"
