"""The staff's menu, by their duties: parts that several apps fill, and what of Wagtail's own menu is left out or moved.

Each name is a Wagtail hook: a viewset stands in a part when its `menu_hook` names it.
"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.wagtail_hooks import ExplorerMenuItem, register_reports_menu
from wagtail.documents.wagtail_hooks import register_documents_menu_item
from wagtail.images.wagtail_hooks import register_images_menu_item

BUNDLES = "register_bundles_menu_item"
PAYMENTS = "register_payments_menu_item"
SCREENS = "register_screens_menu_item"
PEOPLE = "register_people_menu_item"

# Help leads to English pages elsewhere (ours is in docs/guides); the others stand among the screens, or in groups.
LEFT_OUT = frozenset({"help", "explorer", "images", "documents", "reports", "snippets"})


class PagesMenuItem(ExplorerMenuItem):
    """The way to the pages, without the drawer that Wagtail opens from the first level."""

    def render_component(self, request: Any) -> Any:
        """A plain entry."""
        return MenuItem.render_component(self, request)


def pages() -> MenuItem:
    """홈페이지."""
    return PagesMenuItem(
        _("Pages"), reverse("wagtailadmin_explore_root"), name="pages", icon_name="folder-open-inverse", order=0
    )


WAGTAILS = (pages, register_images_menu_item, register_documents_menu_item, register_reports_menu)
