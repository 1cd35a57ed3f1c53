"""The simulator's clock: the machine's time, moved."""

import time


class Clock:
    """Seconds since 1970, running on from wherever it was set."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> int:
        """The present second."""
        return int(time.time() + self.offset)

    def set(self, seconds: float) -> None:
        """Continue from this instant."""
        self.offset = seconds - time.time()
