"""Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "settlement.ledger"
    label = "ledger"
