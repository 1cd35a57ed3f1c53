"""The simulator's clocks: the machine's time, moved; each account's goes with the house's and may be moved further."""

import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970, running on from wherever it was set; until then those of `base`."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self.base = base
        self.offset = 0.0

    def now(self) -> int:
        """The present second."""
        return int(self.exact())

    def exact(self) -> float:
        """The present, with fractions of a second."""
        return self.base() + self.offset

    def set(self, seconds: float | None) -> None:
        """Continue from this instant; None is the present of `base`."""
        self.offset = 0.0 if seconds is None else seconds - self.base()
