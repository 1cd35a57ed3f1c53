"""Django app."""

from django.apps import AppConfig


class DisplaysConfig(AppConfig):
    name = "showroom.displays"
    label = "displays"
