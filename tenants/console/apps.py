"""Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The portal's pages, and what stands around them."""

    name = "tenants.console"
    label = "console"

    def ready(self) -> None:
        """Offer the portal's frame."""
        from tenants.console.shell import portal_shell
        from ui.shell import provide

        provide(portal_shell)
