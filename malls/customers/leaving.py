"""Leaving the mall: upper apps say what follows and do their part; they register in AppConfig.ready()."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from core.actor import Actor
from malls.customers.models import Resident


class Part(Protocol):
    """What an app does when a resident leaves, inside the same transaction. It may refuse."""

    def __call__(self, resident: Resident, *, by: Actor, at: datetime) -> None:
        """Do it."""


_consequences: list[Callable[[Resident], list[str]]] = []
_parts: list[Part] = []


def add(*, consequence: Callable[[Resident], list[str]] | None = None, action: Part | None = None) -> None:
    """Let an app name consequences of leaving (whole sentences) and act on it."""
    if consequence and consequence not in _consequences:
        _consequences.append(consequence)
    if action and action not in _parts:
        _parts.append(action)


def consequences(resident: Resident) -> list[str]:
    """Everything that follows, as sentences."""
    return [sentence for one in _consequences for sentence in one(resident)]


def act(resident: Resident, *, by: Actor, at: datetime) -> None:
    """Let every app do its part."""
    for part in _parts:
        part(resident, by=by, at=at)
