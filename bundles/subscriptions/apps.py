"""Django app."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "bundles.subscriptions"
    label = "subscriptions"
