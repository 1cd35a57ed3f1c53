"""Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "malls.orders"
    label = "orders"
