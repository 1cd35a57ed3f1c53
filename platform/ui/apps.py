"""Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look."""

    name = "ui"
    label = "ui"
