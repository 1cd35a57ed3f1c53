"""Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The portal's pages, and what stands around them."""

    name = "tenants.console"
    label = "console"

    def ready(self) -> None:
        """Offer the portal's frame."""
        from tenants.console.shell import portal_shell  # noqa: PLC0415  apps are ready now
        from ui.shell import provide  # noqa: PLC0415  likewise

        provide(portal_shell)
