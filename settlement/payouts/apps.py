"""Django app."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "settlement.payouts"
    label = "payouts"
