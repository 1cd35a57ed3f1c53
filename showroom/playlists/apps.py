"""Django app."""

from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    """Registered as `showroom.playlists`."""

    name = "showroom.playlists"
    label = "playlists"
