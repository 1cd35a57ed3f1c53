"""Django app."""

from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    name = "malls.promotions"
    label = "promotions"
