"""Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The books."""

    name = "settlement.ledger"
    label = "ledger"
