"""Django app."""

from django.apps import AppConfig


class FulfillmentConfig(AppConfig):
    name = "malls.fulfillment"
    label = "fulfillment"
