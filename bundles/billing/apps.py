"""Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "bundles.billing"
    label = "billing"
