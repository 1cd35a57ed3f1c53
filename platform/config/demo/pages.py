"""What the storefront and the displays say."""

from datetime import date, datetime
from typing import Any

from config.demo import storefront
from config.demo.content import Town
from core.actor import Actor
from showroom.displays.actions import Spot, pair_display, start_pairing
from showroom.playlists.models import Playlist
from tenants.municipalities.models import Municipality

HALLS = (("본관 1층 로비", "민원실 앞"), ("홍보관 입구", "농특산물 홍보관"))


def write(town: Town, tenant: Municipality, *, at: datetime, today: date, by: Actor) -> None:
    """Settings, stories, notices, exhibitions; a playlist and two screens that wait for their first heartbeat."""
    storefront.write(town, today=today)
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [*_slides(town), *_standing(town)]
    playlist.save_revision().publish()
    for number, (name, place) in enumerate(HALLS):
        waiting = start_pairing(f"demo-{tenant.schema_name}-{number}", at=at)
        pair_display(waiting.code, Spot(name=name, place=place), by=by, at=at)


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
