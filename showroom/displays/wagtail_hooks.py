"""Registers the showroom in the Wagtail admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet

from showroom.displays.cms import ShowroomGroup
from showroom.displays.models import Display, DisplayState
from tenants.people.waiting import add_waiting

register_snippet(ShowroomGroup)

add_waiting(
    70,
    "displays.change_display",
    _("screens without contact"),
    Display.objects.filter(state=DisplayState.STALE).count,
    lambda: reverse("displays:index"),
)
