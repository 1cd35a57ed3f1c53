"""Django app."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "settlement.statements"
    label = "statements"
