"""What waits for staff: upper apps name it in their wagtail_hooks; the CMS counts it for those who may act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind of work: who may do it, its words, how much there is, and where it is done."""

    position: int
    permission: str
    words: Any
    count: Callable[[], int]
    url: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Row:
    """Work that waits now."""

    words: Any
    count: int
    url: str


_kinds: list[Waiting] = []


def add_waiting(position: int, permission: str, words: Any, count: Callable[[], int], url: Callable[[], str]) -> None:
    """Let an app show its work; lower positions stand first."""
    _kinds.append(Waiting(position, permission, words, count, url))
    _kinds.sort(key=lambda kind: kind.position)


def waiting_for(user: Any) -> list[Row]:
    """What waits for this person, without what does not."""
    mine = [kind for kind in _kinds if user.has_perm(kind.permission)]
    return [Row(kind.words, count, kind.url()) for kind in mine if (count := kind.count())]
