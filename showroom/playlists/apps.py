"""Django app."""

from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    name = "showroom.playlists"
    label = "playlists"
