"""Who else must act when orders move: apps above add verbs in AppConfig.ready(), run in the same transaction.

A verb takes the moved orders and must be set-based: `verb(orders, by=actor, at=instant)`. `refunding` comes before
money is asked back for whole orders: a verb there takes its own things back, or refuses.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.actor import Actor
    from malls.orders.models import Order


class Hook(Protocol):
    """A verb of an upper app."""

    def __call__(self, orders: "Sequence[Order]", *, by: "Actor", at: datetime) -> object:
        """Act on all the orders at once."""


paid: list[Hook] = []
cancelled: list[Hook] = []
refunding: list[Hook] = []
shipped: list[Hook] = []
delivered: list[Hook] = []
confirmed: list[Hook] = []


def tell(hooks: list[Hook], orders: "Sequence[Order]", *, by: "Actor", at: datetime) -> None:
    """Let every upper app act."""
    if orders:
        for hook in hooks:
            hook(orders, by=by, at=at)
