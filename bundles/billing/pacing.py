"""Asking no faster than an account may be asked, over all workers together; slower for a while when told to.

The count of each quarter of a second stands in the cache that all processes share. Without a network between them, as
with a provider in this process, nobody waits.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache

from bundles.billing.rules import PER_SECOND
from malls.payments.gateways import ChargeRequest, Gateway, Outcome, Unknown
from tenants.schema import current_schema

WINDOWS = 4
"""Windows in a second."""
TRIES = 5
SLOW_FOR = 30
"""Seconds for which one "too many requests" halves the rate."""
MOST_HALVINGS = 4


class Paced:
    """A gateway that waits for its turn before it asks for money. All else goes straight to the provider."""

    def __init__(
        self, gateway: Gateway, per_second: int = PER_SECOND, *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._gateway = gateway
        self._per_window = max(1, per_second // WINDOWS)
        self._account = current_schema()
        self._wait = wait

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def charge(self, request: ChargeRequest) -> Outcome:
        """Ask once in our turn. "Too many requests" is no answer: nothing happened, we wait and ask again."""
        for attempt in range(TRIES):
            self._take_turn()
            outcome = self._gateway.charge(request)
            if not (isinstance(outcome, Unknown) and outcome.is_throttled):
                return outcome
            self._slow_down()
            self._wait(random.uniform(0.5, 1) * 0.25 * 2**attempt)  # noqa: S311  jitter, not a secret
        return outcome

    def lookup(self, request: ChargeRequest) -> Outcome | None:
        """Look up in our turn."""
        self._take_turn()
        return self._gateway.lookup(request)

    def _take_turn(self) -> None:
        while True:
            now = time.time() * WINDOWS
            window = f"pace:{self._account}:{int(now)}"
            cache.add(window, 0, timeout=10)
            if cache.incr(window) <= max(1, self._per_window >> min(self._halvings(), MOST_HALVINGS)):
                return
            self._wait((1 - now % 1 + random.random() / 10) / WINDOWS)  # noqa: S311

    def _halvings(self) -> int:
        return int(cache.get(f"pace:{self._account}:slow") or 0)

    def _slow_down(self) -> None:
        cache.set(f"pace:{self._account}:slow", self._halvings() + 1, timeout=SLOW_FOR)
