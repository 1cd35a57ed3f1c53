"""Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "malls.customers"
    label = "customers"
