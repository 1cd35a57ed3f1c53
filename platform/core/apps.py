"""Django app of the core: it stores transitions and notices."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
