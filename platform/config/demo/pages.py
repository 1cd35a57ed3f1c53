"""What the storefront and the displays say."""

from datetime import date, datetime
from typing import Any

from django.conf import settings

from config.demo import storefront
from config.demo.content import Town
from showroom.displays.actions import Spot, install_display
from showroom.playlists.models import Playlist

HALLS = (("본관 1층 로비", "민원실 앞"), ("홍보관 입구", "농특산물 홍보관"))


def write(town: Town, *, at: datetime, today: date) -> str:
    """Settings, stories, notices, exhibitions; a playlist and two screens. Returns the first screen's address."""
    storefront.write(town, today=today)
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [*_slides(town), *_standing(town)]
    playlist.save_revision().publish()
    tokens = [install_display(Spot(name=name, place=place), at=at)[1] for name, place in HALLS]
    return settings.ENV.address(f"{town.slug}.{settings.ENV.base_host}", f"/showroom/player/#token={tokens[0]}")


def _standing(town: Town) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("bundles", {"how_many": 6, "seconds": 10}),
        ("ranking", {"seconds": 12}),
        ("numbers", {"seconds": 10, "title": f"{town.name}의 자랑"}),
        ("story", {"seconds": 12, "subject": ""}),
        ("notice", {"seconds": 10, "subject": ""}),
    ]


def _slides(town: Town) -> list[tuple[str, dict[str, Any]]]:
    return [("message", _message(row)) for row in town.content["showroom_slides"][:4]]


def _message(row: dict[str, Any]) -> dict[str, Any]:
    subject = row["bundle_id"] or ""
    return {"title": row["heading"][:40], "line": row["body"][:90], "subject": subject, "seconds": row["seconds"]}
