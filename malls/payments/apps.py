"""Django app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "malls.payments"
    label = "payments"
