"""The first playlist of a new municipality: it needs no staff and shows what the mall has."""

from showroom.playlists.models import Playlist

FIRST = [
    ("numbers", {"seconds": 12}),
    ("bundles", {"how_many": 5, "seconds": 12}),
    ("story", {"subject": "", "seconds": 15}),
    ("ranking", {"seconds": 15}),
    ("notice", {"subject": "", "seconds": 12}),
]


def furnish() -> None:
    """Make sure that there is a default playlist. Safe to run again; what staff changed stays."""
    if Playlist.objects.filter(is_default=True).exists():
        return
    playlist = Playlist(title="기본 편성", is_default=True, scenes=FIRST)
    playlist.save()
    playlist.save_revision().publish()
