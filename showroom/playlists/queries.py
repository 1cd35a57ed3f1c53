"""Reads of playlists."""

from datetime import datetime

from showroom.playlists.models import Playlist
from showroom.playlists.rules import Scene
from showroom.playlists.scenes import told_by


def default_playlist() -> Playlist | None:
    """The playlist of screens that have none of their own."""
    return Playlist.objects.filter(is_default=True).first()


def scenes_of(playlist: Playlist, *, at: datetime) -> list[Scene]:
    """The scenes of a playlist with what the mall knows now."""
    return told_by(playlist.scenes, at=at)
