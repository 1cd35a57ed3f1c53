"""Django app."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Bank files and the settlement desk."""

    name = "settlement.payouts"
    label = "payouts"
