"""The generation of what visitors see: it changes whenever something is published, priced, sold out or back in stock.

Copies of public pages carry it in their key, so that raising it makes every older copy unreachable at once.
"""

import time

from django.core.cache import cache
from django.db import transaction

KEY = "generation"


def generation() -> int:
    """The present generation of this municipality. A lost value starts anew at a number never used before."""
    known: int | None = cache.get(KEY)
    if known is None:
        cache.add(KEY, time.time_ns(), None)
        known = cache.get(KEY, 0)
    return int(known or 0)


def raise_generation() -> None:
    """Make every copy of a public page old, once the present transaction has committed."""
    transaction.on_commit(_raise, robust=True)


def _raise() -> None:
    cache.set(KEY, time.time_ns(), None)
