"""Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users of one municipality."""

    name = "tenants.people"
    label = "people"
