"""Who did it: carried by every action and stored with every transition."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system. `user_id` is None for the system and for devices."""

    kind: str
    name: str
    user_id: int | None = None

    @classmethod
    def of(cls, user: Any, kind: str = "person") -> "Actor":
        """The actor behind a logged-in user."""
        return cls(kind, str(user), user.pk)


SYSTEM = Actor("system", "system")
