"""Pair screens, hear them, count what they show, retire them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from core.actor import Actor
from core.clock import kst_date
from core.ids import ALPHABET
from core.state import move_many
from showroom.displays.errors import CodeExpired, CodeUnknown, LinkUnknown, TooManyTries
from showroom.displays.models import (
    SILENT_AFTER,
    Display,
    DisplayState,
    Pairing,
    PlayBatch,
    ShortLink,
)
from showroom.displays.rules import CODE_DIGITS, Heartbeat, Plays, token_hash
from showroom.playlists.models import Playlist
from tenants.schema import current_schema

CODE_LIFE = timedelta(minutes=10)
TRIES, TRIES_MINUTES = 10, 10
MOST_WAITING = 200
LINK_LETTERS = 6
SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A screen that waits: the code people see and the token that only the screen keeps."""

    code: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a screen stands and what it plays; `instead_of` replaces a broken device and keeps its history."""

    name: str
    place: str = ""
    playlist: Playlist | None = None
    instead_of: int | None = None


def start_pairing(address: str, *, at: datetime) -> Waiting:
    """Give a new screen a code to show. Limited for each network address and for the municipality as a whole."""
    count_try(f"pair:{address}", limit=30)
    Pairing.objects.filter(display__isnull=True, expires_at__lte=at - CODE_LIFE).delete()
    if Pairing.objects.filter(display__isnull=True).count() >= MOST_WAITING:
        raise TooManyTries(minutes=TRIES_MINUTES)
    token = f"{current_schema()}.{secrets.token_urlsafe(32)}"
    pairing = Pairing(token_hash=token_hash(current_schema(), token), created_at=at, expires_at=at + CODE_LIFE)
    return Waiting(_claim_code(pairing), token, pairing.expires_at)


def _claim_code(pairing: Pairing) -> str:
    for _attempt in range(20):
        pairing.code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
        try:
            with transaction.atomic():
                pairing.save(force_insert=True)
        except IntegrityError:
            continue
        return pairing.code
    raise TooManyTries(minutes=TRIES_MINUTES)


def count_try(who: str, *, limit: int = TRIES) -> None:
    """Count a try of `who` in this municipality; refuse after `limit` within ten minutes."""
    key = f"showroom:try:{who}"
    cache.add(key, 0, TRIES_MINUTES * 60)
    try:
        tries = cache.incr(key)
    except ValueError:  # it expired between the two lines
        return
    if tries > limit:
        raise TooManyTries(minutes=TRIES_MINUTES)


def pair_display(code: str, spot: Spot, *, by: Actor, at: datetime) -> Display:
    """Connect the screen that shows `code` to a place. It is on air with its first heartbeat."""
    count_try(f"code:{by.kind}:{by.user_id}")
    with transaction.atomic():
        pairing = Pairing.objects.select_for_update().filter(code=code, display__isnull=True).first()
        if pairing is None:
            raise CodeUnknown(code=code)
        if pairing.expires_at <= at:
            raise CodeExpired(code=code)
        display = _take_place(spot)
        display.token_hash, display.paired_at, display.shown_version = pairing.token_hash, at, ""
        display.save()
        pairing.display = display
        pairing.save(update_fields=["display"])
    return display


def install_display(spot: Spot, *, at: datetime) -> tuple[Display, str]:
    """A screen whose token is put on the device by hand: it starts at `/showroom/player/#token=…`."""
    token = f"{current_schema()}.{secrets.token_urlsafe(32)}"
    display = _take_place(spot)
    display.token_hash, display.paired_at = token_hash(current_schema(), token), at
    display.save()
    return display, token


def _take_place(spot: Spot) -> Display:
    """The display row to connect: a new one, or the one whose device is replaced."""
    if spot.instead_of is None:
        return Display(name=spot.name, place=spot.place, playlist=spot.playlist)
    return Display.objects.select_for_update().exclude(state=DisplayState.RETIRED).get(pk=spot.instead_of)


def record_heartbeat(display: Display, beat: Heartbeat, *, at: datetime) -> None:
    """Keep what the screen says of itself; a screen that speaks is on air."""
    Display.objects.filter(pk=display.pk, token_hash=display.token_hash).update(
        last_seen_at=at,
        shown_version=beat.version,
        shown_scene=beat.scene,
        screen=beat.screen,
        uptime_seconds=beat.uptime_seconds,
        free_megabytes=beat.free_megabytes,
        last_error=beat.last_error,
    )
    if display.state != DisplayState.ONLINE:
        move_many(Display, [display], DisplayState.ONLINE, by=screen_actor(display), at=at)


def record_plays(display: Display, plays: Plays, *, at: datetime) -> bool:
    """Add a batch of plays to the day's counts, once per nonce. Whether it was new."""
    with transaction.atomic():
        total = sum(row.plays for row in plays.rows)
        batch = PlayBatch(display=display, nonce=plays.nonce, received_at=at, plays=total)
        try:
            with transaction.atomic():
                batch.save(force_insert=True)
        except IntegrityError:
            return False
        _add_plays(display.pk, plays)
    return True


def _add_plays(display_id: int, plays: Plays) -> None:
    rows = plays.rows
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO displays_playcount AS known (display_id, day, scene, subject, plays, seconds)
            SELECT %s, * FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[], %s::int[])
            ON CONFLICT (display_id, day, scene) DO UPDATE
            SET plays = known.plays + EXCLUDED.plays, seconds = known.seconds + EXCLUDED.seconds,
                subject = EXCLUDED.subject
            """,
            [
                display_id,
                [row.day for row in rows],
                [row.scene for row in rows],
                [row.subject for row in rows],
                [row.plays for row in rows],
                [row.seconds for row in rows],
            ],
        )


def retire_display(display_id: int, *, by: Actor, at: datetime) -> Display:
    """Withdraw the token: the screen forgets this mall and goes back to pairing. Safe to call again."""
    with transaction.atomic():
        display = Display.objects.select_for_update().get(pk=display_id)
        if not display.is_retired:
            display.move(DisplayState.RETIRED, by=by, at=at, token_hash="", retired_at=at)
    return display


def mark_stale(*, at: datetime) -> list[Display]:
    """Screens on air that have been silent for too long."""
    silent = Display.objects.filter(state=DisplayState.ONLINE, last_seen_at__lt=at - SILENT_AFTER)
    return move_many(Display, silent, DisplayState.STALE, by=Actor("system", "system"), at=at, why="no heartbeat")


def ensure_links(display: Display, wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Short codes by path for every `(subject, path)`; each pair of screen and path keeps its code for ever."""
    paths = {path: subject for subject, path in wanted}
    known = _codes(display, paths)
    missing = [
        ShortLink(display=display, path=path, subject=subject, code=_link_code())
        for path, subject in paths.items()
        if path not in known
    ]
    if missing:
        ShortLink.objects.bulk_create(missing, ignore_conflicts=True)
        known = _codes(display, paths)
    return known


def _codes(display: Display, paths: Iterable[str]) -> dict[str, str]:
    return dict(ShortLink.objects.filter(display=display, path__in=list(paths)).values_list("path", "code"))


def _link_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(LINK_LETTERS))


def record_visit(code: str, *, at: datetime) -> str:
    """Count one visit of a short address and say where it leads."""
    link = ShortLink.objects.filter(code=code.upper()).first()
    if link is None:
        raise LinkUnknown
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO displays_linkvisits AS known (link_id, day, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (link_id, day) DO UPDATE SET count = known.count + 1",
            [link.pk, kst_date(at)],
        )
    return link.path


def screen_actor(display: Display) -> Actor:
    """The screen itself as the one who acts."""
    return Actor(SCREEN, f"{display.name}"[:150])
