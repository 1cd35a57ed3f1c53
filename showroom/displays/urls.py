"""Addresses of the showroom (under /showroom/)."""

from django.urls import path
from django.views.generic import RedirectView

import ui.urls  # noqa: F401  registers the converter of object names
from showroom.displays import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="showroom-player"), name="showroom-root"),
    path("pair/", views.pair, name="showroom-pair"),
    path("pair/start/", views.pair_start, name="showroom-pair-start"),
    path("pair/status/", views.pair_status, name="showroom-pair-status"),
    path("player/", views.player, name="showroom-player"),
    path("sw.js", views.service_worker, name="showroom-service-worker"),
    path("art/<slug:family>/<icons:names>-<int:seed>.svg", views.art, name="showroom-art"),
    path("manifest.json", views.manifest, name="showroom-manifest"),
    path("heartbeat/", views.heartbeat, name="showroom-heartbeat"),
    path("plays/", views.plays, name="showroom-plays"),
]
