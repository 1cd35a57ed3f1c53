"""What carries letters: a small port. E-mail is always there, phone messages where the mall has an account."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter on its way. The same `key` is the same letter, however often it is handed over."""

    key: str
    to: str
    title: str
    text: str
    template_code: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It was taken: by what (`Channel`), under which number."""

    channel: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """It was surely not taken. `is_final`: asking again does not help."""

    why: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may have been taken; it must not be handed over again by itself."""

    why: str


Answer = Delivered | NotDelivered | Doubtful


class Carrier(Protocol):
    """Takes one letter at a time, outside any transaction."""

    def send(self, parcel: Parcel) -> Answer:
        """Hand a letter over."""

    def close(self) -> None:
        """Hang up."""
