"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoxesConfig(AppConfig):
    """What is in the next boxes stands in the residents' corner; swap rules stand on an edition's page."""

    name = "bundles.boxes"
    label = "boxes"

    def ready(self) -> None:
        """Join the pages below."""
        from bundles.boxes import desk  # noqa: PLC0415  needs models
        from bundles.boxes.notices import KINDS  # noqa: PLC0415
        from bundles.boxes.views import panel  # noqa: PLC0415
        from bundles.plans.panels import edition_panels  # noqa: PLC0415
        from malls.notices.kinds import add_kinds  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415

        add_my_section(12, _("My next boxes"), "/my/boxes/", template="boxes/_panel.html", context=panel)
        add_kinds(KINDS)
        edition_panels.append(("boxes/desk/_panel.html", desk.panel))
