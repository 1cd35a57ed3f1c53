"""Django app."""

from django.apps import AppConfig


class DisplaysConfig(AppConfig):
    """Registered as `showroom.displays`."""

    name = "showroom.displays"
    label = "displays"
