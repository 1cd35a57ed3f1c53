"""Registers the showroom in the Wagtail admin."""

from wagtail.snippets.models import register_snippet

from showroom.displays.cms import ShowroomGroup

register_snippet(ShowroomGroup)
