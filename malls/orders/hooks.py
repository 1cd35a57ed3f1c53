"""Who else must act when orders move: apps above add verbs in AppConfig.ready(), run in the same transaction.

A verb takes the moved orders and must be set-based: `verb(orders, by=actor, at=instant)`. `taking` comes before money
is asked back for pieces: a verb there takes its own things back, or refuses. `giving_back` undoes it when the provider
would not pay. `gone` tells what was given back without a return.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.actor import Actor
    from malls.orders.models import Order, OrderLine, ReturnLine


class Hook(Protocol):
    """A verb of an upper app."""

    def __call__(self, orders: "Sequence[Order]", *, by: "Actor", at: datetime) -> object:
        """Act on all the orders at once."""


class ReturnHook(Protocol):
    """A verb of an upper app for pieces that come off an order, or go back on."""

    def __call__(self, lines: "Sequence[ReturnLine]", *, by: "Actor", at: datetime) -> object:
        """Act on all the pieces at once."""


Pieces = Callable[["Sequence[OrderLine]"], Mapping[int, set[int]]]
"""Takes lines; by line id, the numbers of some of their pieces."""

paid: list[Hook] = []
cancelled: list[Hook] = []
shipped: list[Hook] = []
delivered: list[Hook] = []
confirmed: list[Hook] = []
taking: list[ReturnHook] = []
giving_back: list[ReturnHook] = []
spent: list[Pieces] = []
gone: list[Pieces] = []


def tell(hooks: list[Hook], orders: "Sequence[Order]", *, by: "Actor", at: datetime) -> None:
    """Let every upper app act."""
    if orders:
        for hook in hooks:
            hook(orders, by=by, at=at)


def tell_lines(hooks: list[ReturnHook], lines: "Sequence[ReturnLine]", *, by: "Actor", at: datetime) -> None:
    """Let every upper app act on pieces."""
    if lines:
        for hook in hooks:
            hook(lines, by=by, at=at)


def spent_pieces(lines: "Sequence[OrderLine]") -> dict[int, set[int]]:
    """By line id, the numbers of the pieces that somebody has used up: they cannot be given back any more."""
    return _pieces(spent, lines)


def gone_pieces(lines: "Sequence[OrderLine]") -> dict[int, set[int]]:
    """By line id, the numbers of the pieces that were given back without a return, unused, and surely."""
    return _pieces(gone, lines)


def _pieces(hooks: list[Pieces], lines: "Sequence[OrderLine]") -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for ask in hooks:
        for line, numbers in ask(lines).items():
            found.setdefault(line, set()).update(numbers)
    return found
