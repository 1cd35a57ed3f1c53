"""Pure sums of the showroom: tokens, signatures, reports."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from showroom.displays.errors import BadReport

CODE_DIGITS = 6
MOST_ROWS = 500
MOST_PLAYS = 20_000
OLDEST_DAYS = 60
NONCE = re.compile(r"[0-9a-zA-Z-]{8,40}")


def token_hash(realm: str, token: str) -> str:
    """What is stored of a token. The realm is the schema: a token of one municipality is nothing in another."""
    return hashlib.sha256(f"{realm}:{token}".encode()).hexdigest()


def signature(key: str, body: bytes) -> str:
    """HMAC-SHA256 of a manifest's bytes. The key is the token's hash, which the screen can work out and nobody else."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON of which equal values give equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def version_of(content: Mapping[str, Any], display_id: int) -> str:
    """The name of what a screen should show: changes whenever anything on the glass would."""
    return hashlib.sha256(canonical([display_id, content])).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a screen says of itself."""

    version: str = ""
    scene: str = ""
    screen: str = ""
    uptime_seconds: int = 0
    free_megabytes: int | None = None
    last_error: str = ""

    @classmethod
    def read(cls, body: bytes) -> "Heartbeat":
        """A heartbeat from the wire; long texts are cut, a wrong shape is refused."""
        data = _object(body)
        return cls(
            version=_text(data, "version", 64),
            scene=_text(data, "scene", 120),
            screen=_text(data, "screen", 20),
            uptime_seconds=_number(data, "uptime") or 0,
            free_megabytes=_number(data, "free"),
            last_error=_text(data, "error", 300),
        )


@dataclass(frozen=True, slots=True)
class Played:
    """Plays of one scene on one Korean day."""

    day: date
    scene: str
    subject: str
    plays: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Plays:
    """A batch of plays under the nonce that makes it count once."""

    nonce: str
    rows: tuple[Played, ...]

    @classmethod
    def read(cls, body: bytes, today: date) -> "Plays":
        """A batch from the wire. One bad row refuses the whole batch, so that counts are never half taken."""
        data = _object(body)
        nonce = _text(data, "nonce", 40)
        rows = data.get("rows")
        if not NONCE.fullmatch(nonce):
            raise BadReport(what="nonce")
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
            raise BadReport(what="rows")
        return cls(nonce, tuple(merged(_played(row, today) for row in rows)))


def merged(rows: Any) -> list[Played]:
    """Rows of the same scene and day as one, in order of day and scene."""
    found: dict[tuple[date, str], Played] = {}
    for row in rows:
        known = found.get((row.day, row.scene))
        plays, seconds = (known.plays, known.seconds) if known else (0, 0)
        found[row.day, row.scene] = Played(row.day, row.scene, row.subject, plays + row.plays, seconds + row.seconds)
    return [found[key] for key in sorted(found)]


def _played(row: Any, today: date) -> Played:
    if not isinstance(row, dict):
        raise BadReport(what="rows")
    try:
        day = date.fromisoformat(_text(row, "day", 10))
    except ValueError as error:
        raise BadReport(what="day") from error
    if not today - timedelta(days=OLDEST_DAYS) <= day <= today + timedelta(days=1):
        raise BadReport(what="day")
    scene, plays, seconds = _text(row, "scene", 100), _number(row, "plays"), _number(row, "seconds")
    if not scene or not plays or plays > MOST_PLAYS or seconds is None or seconds > 2 * 86_400:
        raise BadReport(what="plays")
    return Played(day, scene, _text(row, "subject", 160), plays, seconds)


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BadReport(what="JSON") from error
    if not isinstance(data, dict):
        raise BadReport(what="JSON")
    return data


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or "\x00" in value:
        raise BadReport(what=name)
    return value[:longest]


def _number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**31:
        raise BadReport(what=name)
    return int(value)
