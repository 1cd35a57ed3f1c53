"""Addresses of the look, the same on every host."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ui.views import favicon, still_life


class Icons(StringConverter):
    """Object names joined by +."""

    regex = r"[a-z0-9-]+(?:\+[a-z0-9-]+)*"


register_converter(Icons, "icons")

urlpatterns = [
    path("favicon.ico", favicon),
    path("art/<slug:family>/<icons:icons>-<int:seed>.svg", still_life, name="still_life"),
]
