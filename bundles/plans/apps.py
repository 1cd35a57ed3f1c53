"""Django app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "bundles.plans"
    label = "plans"
