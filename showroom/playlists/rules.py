"""What a scene is once everything about it is known: plain values, ready to be sent to a screen."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from core.clock import KST, kst_midnight

MIN_SECONDS, MAX_SECONDS, USUAL_SECONDS = 5, 120, 12
MOST_SCENES = 60


@dataclass(frozen=True, slots=True)
class Price:
    """Won now and before the cut; equal when there is no cut. `per` says how often, or for what."""

    amount: int
    before: int
    per: str = ""

    @property
    def cut_percent(self) -> int:
        """The cut in whole per cent, never flattering: rounded down."""
        return (self.before - self.amount) * 100 // self.before if 0 < self.amount < self.before else 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ranking or one of the numbers."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What the mall knows about a subject now. `path` is where its QR leads."""

    title: str
    line: str = ""
    eyebrow: str = ""
    tag: str = ""
    price: Price | None = None
    left: int | None = None
    picture: str = ""
    path: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """When a scene may be shown: half-open instants, and hours of the Korean day ("" means all day)."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    opens: str = ""
    closes: str = ""

    @classmethod
    def of(cls, first: date | None, last: date | None, opens: time | None, closes: time | None) -> "Span":
        """A span from what staff enter: both days are included."""
        return cls(
            kst_midnight(first) if first else None,
            kst_midnight(last + timedelta(days=1)) if last else None,
            f"{opens:%H:%M}" if opens else "",
            f"{closes:%H:%M}" if closes else "",
        )

    def is_over(self, at: datetime) -> bool:
        """Whether it can never be shown again."""
        return self.ends_at is not None and self.ends_at <= at

    def holds(self, at: datetime) -> bool:
        """Whether it may be shown at this instant. Hours that end before they begin run over midnight."""
        if self.is_over(at) or (self.starts_at is not None and at < self.starts_at):
            return False
        clock = f"{at.astimezone(KST):%H:%M}"
        opens, closes = self.opens or "00:00", self.closes or "24:00"
        return opens <= clock < closes if opens <= closes else clock >= opens or clock < closes


@dataclass(frozen=True, slots=True)
class Scene:
    """One message on the glass. `key` counts its plays, `subject` names what it is about (bundle:slug …)."""

    key: str
    kind: str
    fact: Fact
    seconds: int = USUAL_SECONDS
    span: Span = field(default_factory=Span)
    subject: str = ""

    def as_json(self) -> dict[str, Any]:
        """The scene as the player reads it."""
        fact = self.fact
        return {
            "key": self.key,
            "kind": self.kind,
            "subject": self.subject,
            "seconds": self.seconds,
            "from": stamp(self.span.starts_at),
            "until": stamp(self.span.ends_at),
            "opens": self.span.opens,
            "closes": self.span.closes,
            "eyebrow": fact.eyebrow,
            "title": fact.title,
            "line": fact.line,
            "tag": fact.tag,
            "left": fact.left,
            "price": {**asdict(fact.price), "cut": fact.price.cut_percent} if fact.price else None,
            "picture": fact.picture,
            "rows": [asdict(row) for row in fact.rows],
            "path": fact.path,
        }


def stamp(at: datetime | None) -> str | None:
    """An instant as the player reads it."""
    return at.isoformat() if at else None


def playable(scenes: list[Scene], at: datetime) -> list[Scene]:
    """What is worth sending: not over, at most `MOST_SCENES`, with seconds that a person can read."""
    kept = [scene for scene in scenes if not scene.span.is_over(at)][:MOST_SCENES]
    return [replace(scene, seconds=min(max(scene.seconds, MIN_SECONDS), MAX_SECONDS)) for scene in kept]
