"""What staff see first: the work that waits and the month's figures. Upper apps name both in their wagtail_hooks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind of work: who may do it, its words, how much there is, how much of it is late, and where it is done."""

    position: int
    permission: str
    words: Any
    count: Callable[[], int]
    url: Callable[[], str]
    late: Callable[[], int] | None


@dataclass(frozen=True, slots=True)
class Row:
    """Work that waits now."""

    words: Any
    count: int
    url: str
    late: int = 0


_kinds: list[Waiting] = []


def add_waiting(
    position: int,
    permission: str,
    words: Any,
    count: Callable[[], int],
    url: Callable[[], str],
    *,
    late: Callable[[], int] | None = None,
) -> None:
    """Let an app show its work; lower positions stand first. `late` counts what should be done already."""
    _kinds.append(Waiting(position, permission, words, count, url, late))
    _kinds.sort(key=lambda kind: kind.position)


def waiting_for(user: Any) -> list[Row]:
    """What waits for this person, without what does not."""
    mine = [kind for kind in _kinds if user.has_perm(kind.permission)]
    return [
        Row(kind.words, count, kind.url(), kind.late() if kind.late else 0) for kind in mine if (count := kind.count())
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a duty watches; `value` gives it as it is written."""

    position: int
    permission: str
    words: Any
    value: Callable[[], str]


_figures: list[Figure] = []


def add_figure(position: int, permission: str, words: Any, value: Callable[[], str]) -> None:
    """Let an app show a number of this month; lower positions stand first."""
    _figures.append(Figure(position, permission, words, value))
    _figures.sort(key=lambda figure: figure.position)


def figures_for(user: Any) -> list[tuple[Any, str]]:
    """The numbers that this person may see, with their words."""
    return [(figure.words, figure.value()) for figure in _figures if user.has_perm(figure.permission)]
