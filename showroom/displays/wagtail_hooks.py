"""Registers the showroom in the Wagtail admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet

from showroom.displays import numbers
from showroom.displays.cms import ShowroomGroup
from tenants.people.charting import add_chart
from tenants.people.first_week import add_step
from tenants.people.waiting import add_figure, add_waiting

register_snippet(ShowroomGroup)

add_waiting(
    70,
    "displays.change_display",
    _("screens without contact"),
    numbers.silent,
    lambda: reverse("displays:index"),
    late=numbers.silent,
)
add_figure(50, "displays.view_display", _("screens playing now"), numbers.on_air)
add_step(
    70,
    "playlists.change_playlist",
    _("publish the first playlist"),
    numbers.playlists_live,
    lambda: reverse("wagtailsnippets_playlists_playlist:list"),
)
add_step(
    71, "displays.change_display", _("connect the first screen"), numbers.paired, lambda: reverse("displays:index")
)
add_chart(70, "displays.view_display", _("QR codes followed, by day"), numbers.visits_by_day)
