"""Django app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments."""

    name = "malls.payments"
    label = "payments"
