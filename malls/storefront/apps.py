"""Django app."""

from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "malls.storefront"
    label = "storefront"
