"""Django app."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """Earnings, periods and statements."""

    name = "settlement.statements"
    label = "statements"
