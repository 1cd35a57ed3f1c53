"""What a gate says, when it says it happened, and who pays for a double use. Pure. See docs/rules."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bundles.gates.errors import BadBatch
from bundles.gates.models import Cause, Payer
from core.clock import kst_date

MOST_SCANS = 200
LONGEST_TEXT = 400
NONCE = re.compile(r"[0-9a-zA-Z-]{8,40}")
DEAD_LETTERS = 12
"""Hexadecimal letters kept of a dead voucher's hash: 48 bits, so that a wrong match is rarer than one in a billion."""


def token_hash(realm: str, token: str) -> str:
    """What is stored of a gate's token. The realm is the schema: a token of one municipality is nothing in another."""
    return hashlib.sha256(f"gate:{realm}:{token}".encode()).hexdigest()


def dead_hash(realm: str, code: str) -> str:
    """A used, refunded or void voucher in a gate's list: enough to know it again, too little to read the code."""
    return hashlib.sha256(f"{realm}:{code}".encode()).hexdigest()[:DEAD_LETTERS]


@dataclass(frozen=True, slots=True)
class ScanDraft:
    """One scan as a gate tells it. `clock` is the device's own, `offset` what its last list said that it is off by."""

    nonce: str
    text: str
    clock: datetime
    offset: timedelta
    list_made_at: datetime | None
    is_offline: bool
    let_in: bool
    reason: str
    amount: int | None = None
    """Won taken from an amount voucher; it is used in parts."""

    @classmethod
    def read(cls, row: Any) -> "ScanDraft":
        """A scan from the wire; a wrong shape is refused."""
        if not isinstance(row, dict) or not NONCE.fullmatch(str(row.get("nonce"))):
            raise BadBatch(what="nonce")
        text = row.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT or "\x00" in text:
            raise BadBatch(what="text")
        listed = row.get("list")
        return cls(
            nonce=row["nonce"],
            text=text.strip(),
            clock=_instant(row.get("clock"), "clock"),
            offset=timedelta(milliseconds=_whole(row.get("offset", 0), "offset")),
            list_made_at=_instant(listed, "list") if listed else None,
            is_offline=row.get("offline") is True,
            let_in=row.get("let_in") is True,
            amount=None if row.get("amount") is None else _whole(row["amount"], "amount"),
            reason=re.sub(r"[^a-z_]", "", str(row.get("reason", "")))[:40],
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What a gate hands in at once: some scans, its clock at sending, and how many still wait."""

    scans: tuple[ScanDraft, ...]
    clock: datetime
    waiting: int

    @classmethod
    def read(cls, body: bytes) -> "Batch":
        """A batch from the wire."""
        try:
            data = json.loads(body)
        except ValueError as error:
            raise BadBatch(what="JSON") from error
        rows = data.get("scans") if isinstance(data, dict) else None
        if not isinstance(rows, list) or len(rows) > MOST_SCANS:
            raise BadBatch(what="scans")
        waiting = min(max(_whole(data.get("waiting", 0), "waiting"), 0), 1_000_000)
        return cls(tuple(ScanDraft.read(row) for row in rows), _instant(data.get("clock"), "clock"), waiting)


def moment(draft: ScanDraft, *, received_at: datetime) -> datetime:
    """When a scan happened: the device's clock, set right by its last list, never before that list or in the future."""
    at = draft.clock + draft.offset
    if draft.list_made_at is not None:
        at = max(at, draft.list_made_at)
    return min(at, received_at)


@dataclass(frozen=True, slots=True)
class SecondUse:
    """The facts of a use that found its voucher ended."""

    cause: str
    scanned_at: datetime
    last_day: date
    list_made_at: datetime | None
    list_hours: int
    known_since: datetime | None
    """When the mall knew that the voucher had ended."""
    is_same_gate: bool
    is_within_cap: bool


def ruling(use: SecondUse) -> tuple[Payer, str]:
    """Who pays for a second use, and by which line of the table. The gate that kept to its list is paid."""
    lines = (
        ("same_gate", use.is_same_gate),
        ("no_list", use.list_made_at is None),
        ("old_list", not _is_fresh(use)),
        ("on_the_list", _was_listed(use)),
        ("over_the_cap", not use.is_within_cap),
        ("not_its_day", use.cause == Cause.TERMS or kst_date(use.scanned_at) > use.last_day),
    )
    for name, holds in lines:
        if holds:
            return Payer.PARTNER, name
    return Payer.MUNICIPALITY, "good_faith"


def _is_fresh(use: SecondUse) -> bool:
    made = use.list_made_at
    return made is not None and use.scanned_at <= made + timedelta(hours=use.list_hours)


def _was_listed(use: SecondUse) -> bool:
    if use.cause == Cause.EXPIRED or use.known_since is None or use.list_made_at is None:
        return False
    return use.known_since < use.list_made_at


def _instant(value: Any, what: str) -> datetime:
    """Milliseconds since 1970 as an instant between 2000 and 2100."""
    milliseconds = _whole(value, what)
    if not 946_684_800_000 <= milliseconds < 4_102_444_800_000:  # noqa: PLR2004  2000, 2100
        raise BadBatch(what=what)
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _whole(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**13:
        raise BadBatch(what=what)
    return value
