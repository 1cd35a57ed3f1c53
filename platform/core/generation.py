"""The generation of what visitors see: it changes whenever something is published, priced, sold out or back in stock.

Copies of public pages and values carry it in their key, so that raising it makes every older copy unreachable at once.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

KEY = "generation"
KEPT_SECONDS = 120
_Value = TypeVar("_Value")
_MISSING = object()


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


def kept(name: str, make: Callable[[], _Value]) -> _Value:
    """What `make` gives, remembered for this municipality until its generation changes, at most two minutes.

    `name` says what it depends on besides, such as the day. For public things only. Without a cache it is made anew.
    """
    try:
        key = f"kept:{generation()}:{name}"
        known: Any = cache.get(key, _MISSING)
    except (RedisError, OSError):
        return make()
    if known is not _MISSING:
        return known
    value = make()
    try:
        cache.set(key, value, KEPT_SECONDS)
    except (RedisError, OSError):
        return value
    return value


def _raise() -> None:
    cache.set(KEY, time.time_ns(), None)
