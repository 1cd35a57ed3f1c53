"""Reads of the showroom: who speaks, what a screen should show, what each one shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import segno
from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum

from core.clock import kst_date, now
from core.generation import generation
from showroom.displays.actions import ensure_links
from showroom.displays.errors import DisplayUnknown
from showroom.displays.models import Display, LinkVisits, PlayCount
from showroom.displays.rules import canonical, token_hash, version_of
from showroom.playlists.models import Playlist
from showroom.playlists.pictures import file_of
from showroom.playlists.queries import default_playlist, scenes_of
from tenants.municipalities.models import Municipality
from tenants.schema import current_schema

PLAYS_ON = timedelta(days=14)
CONTENT_SECONDS = 60
QUIET_ZONE = 4
EFFECT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a screen should show: the bytes that are signed, and their name."""

    version: str
    body: bytes


def display_of(token: str) -> Display:
    """The screen that holds this token in this municipality; refuses every other."""
    realm, dot, _secret = token.partition(".")
    if not dot or realm != current_schema():
        raise DisplayUnknown
    found = Display.objects.filter(token_hash=token_hash(current_schema(), token)).select_related("playlist").first()
    if found is None:
        raise DisplayUnknown
    return found


# ── What it should show ─────────────────────────────────────────────────────────────────────────────────────────────
def content_of(own: Playlist | None) -> dict[str, Any]:
    """Scenes and files of a playlist, of the default one when there is none; kept until the mall's offer changes."""
    key = f"showroom:content:{own.pk if own else 0}:{generation()}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        playlist = own or default_playlist()
        kept = _build(playlist, at=now()) if playlist else {"scenes": [], "files": [], "price_seconds": 0}
        cache.set(key, kept, CONTENT_SECONDS)
    return kept


def _build(playlist: Playlist, *, at: datetime) -> dict[str, Any]:
    scenes = [scene.as_json() for scene in scenes_of(playlist, at=at)]
    files = {url: file_of(url) for url in {scene["picture"] for scene in scenes if scene["picture"]}}
    for scene in scenes:
        if files.get(scene["picture"]) is None:
            scene["picture"] = ""
    held = sorted((file for file in files.values() if file), key=lambda file: file.url)
    return {
        "scenes": scenes,
        "files": [{"url": file.url, "sha256": file.sha256, "size": file.size} for file in held],
        "price_seconds": playlist.price_hours * 3600,
    }


def own_playlist(display: Display) -> Playlist | None:
    """The playlist that was chosen for this screen, while it is published; None plays the default."""
    own = display.playlist
    return own if own is not None and own.live else None


def wanted_version(display: Display) -> str:
    """The version that the screen should have on its glass now."""
    return version_of(content_of(own_playlist(display)), display.pk)


def manifest_of(display: Display, municipality: Municipality, *, at: datetime) -> Manifest:
    """The manifest of one screen, with its own short addresses."""
    content = content_of(own_playlist(display))
    version = version_of(content, display.pk)
    codes = ensure_links(display, {(scene["subject"], scene["path"]) for scene in content["scenes"] if scene["path"]})
    body = {
        "version": version,
        "issued_at": at.isoformat(),
        "valid_until": (at + PLAYS_ON).isoformat(),
        "play_seconds": int(PLAYS_ON.total_seconds()),
        "price_seconds": content["price_seconds"],
        "display": {"id": display.pk, "name": display.name},
        "municipality": {"name": municipality.name, "slug": municipality.slug},
        "files": content["files"],
        "scenes": [{**scene, "link": link_of(codes.get(scene["path"]), municipality)} for scene in content["scenes"]],
    }
    return Manifest(version, canonical(body))


def link_of(code: str | None, municipality: Municipality) -> dict[str, str] | None:
    """A short address for the wall: what to read, and what to point a phone at."""
    if code is None:
        return None
    address = settings.ENV.address(host_of(municipality), f"/s/{code}")
    return {"text": address.partition("://")[2], "qr": qr(address)}


@lru_cache(maxsize=4096)
def qr(address: str) -> str:
    """A QR code as a data address, dark on white with its quiet zone."""
    return str(
        segno.make(address, error="m").svg_data_uri(border=QUIET_ZONE, dark="#1e1b18", light="#fff", xmldecl=False)
    )


def host_of(municipality: Municipality) -> str:
    """The host that residents type."""
    return f"{municipality.slug}.{settings.ENV.base_host}"


# ── What each one shows ─────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Glass:
    """One screen as staff see it. `is_true` is what the glass itself confirmed, never what we believe."""

    display: Display
    state: str
    shows: str
    playlist: str
    is_true: bool
    last_seen_at: datetime | None
    last_error: str

    @property
    def verdict(self) -> str:
        """In one word: true, behind, silent, waiting or retired."""
        if self.display.is_retired:
            return "retired"
        if self.last_seen_at is None:
            return "waiting"
        if self.state == "stale":
            return "silent"
        return "true" if self.is_true else "behind"


def glasses(displays: list[Display], *, at: datetime) -> list[Glass]:
    """What each of these screens shows now. Statements grow with the playlists in use, not with the screens."""
    default, wanted = default_playlist(), {}
    found = []
    for display in displays:
        own = own_playlist(display)
        key = own.pk if own else 0
        if key not in wanted:
            wanted[key] = content_of(own)
        found.append(_glass(display, own or default, version_of(wanted[key], display.pk), at))
    return found


def _glass(display: Display, playlist: Playlist | None, version: str, at: datetime) -> Glass:
    silent = display.state == "online" and display.is_silent(at)
    return Glass(
        display=display,
        state="stale" if silent else display.state,
        shows=display.shown_scene,
        playlist=str(playlist or ""),
        is_true=not silent and display.state == "online" and display.shown_version == version,
        last_seen_at=display.last_seen_at,
        last_error=display.last_error,
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What a screen did in the last two weeks: plays and seconds by scene, visits by subject."""

    since: date
    plays: list[dict[str, Any]]
    visits: list[dict[str, Any]]


def effect_of(display: Display, *, at: datetime) -> Effect:
    """Proof of play and QR visits of one screen, most first."""
    since = kst_date(at - EFFECT)
    plays = PlayCount.objects.filter(display=display, day__gte=since).values("subject")
    visits = LinkVisits.objects.filter(link__display=display, day__gte=since).values("link__subject")
    played = plays.annotate(times=Sum("plays"), total=Sum("seconds")).order_by("-times", "subject")
    followed = visits.annotate(times=Sum("count")).order_by("-times", "link__subject")
    return Effect(since, [dict(row) for row in played[:20]], [dict(row) for row in followed[:20]])
