"""Django app of the core: it stores transitions and notices."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """States and the order of their changes."""

    name = "core"
    label = "core"
