"""Django app."""

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "malls.merchants"
    label = "merchants"
