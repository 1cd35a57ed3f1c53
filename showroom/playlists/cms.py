"""Playlists in the Wagtail admin, with a preview that is the glass in small."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from showroom.playlists.models import Playlist


def scene_count(playlist: Playlist) -> int:
    """How many scene blocks a playlist has."""
    return len(playlist.scenes)


class PlaylistViewSet(SnippetViewSet):
    """편성표: list, edit, preview, revisions, publish."""

    model = Playlist
    icon = "list-ul"
    menu_label = _("Playlists")
    list_display = (
        "title",
        Column("is_default", label=_("For screens"), accessor=lambda row: _("default") if row.is_default else _("own")),
        Column("scenes", label=_("Scenes"), accessor=scene_count),
    )
    search_fields = ("title",)
    add_to_admin_menu = False
    copy_view_enabled = True
    panels = (FieldPanel("title"), FieldPanel("scenes"), FieldPanel("price_hours"))
