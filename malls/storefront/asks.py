"""What an order asks of its resident. Every app that knows of something adds to the list in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass

from malls.orders.models import Order


@dataclass(frozen=True, slots=True)
class Ask:
    """One sentence, and where it is answered."""

    text: str
    label: str
    href: str


asking: list[Callable[[Order], Ask | None]] = []


def asks_of(order: Order) -> list[Ask]:
    """All that waits for an answer."""
    return [found for ask in asking if (found := ask(order))]
