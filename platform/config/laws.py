"""The laws of the whole house."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from core.laws import Law


def every_law() -> list[Law]:
    """The laws of every installed app, lowest app first."""
    modules = [f"{app.name}.laws" for app in apps.get_app_configs() if app.name not in {"core", "django_tenants"}]
    return [law for name in modules if find_spec(name) for law in getattr(import_module(name), "LAWS", ())]
