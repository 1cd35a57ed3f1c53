"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """What a resident was told has a page in the residents' corner."""

    name = "malls.notices"
    label = "notices"
    verbose_name = _("notices to residents")

    def ready(self) -> None:
        """Register what this app shows, and what it does when a resident leaves."""
        from malls.customers import leaving  # noqa: PLC0415  needs models
        from malls.notices.actions import forget_addresses  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415

        add_my_section(60, _("Notices to me"), "/my/notices/")
        leaving.add(action=forget_addresses)
