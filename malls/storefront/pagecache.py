"""Whole public pages for visitors who are not logged in, answered before Django's view layer.

A copy is keyed by schema, generation, host, path and query; within a second a process answers from its own memory,
so prices and stock are never older than that second.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from core.generation import generation, raise_generation
from tenants.schema import current_schema

__all__ = ["PageCacheMiddleware", "forget_pages", "generation", "raise_generation"]

FRESH_SECONDS: Final = 1.0
KEPT_SECONDS: Final = 120
MOST_COPIES: Final = 512
LONGEST_QUERY: Final = 200
QUERIES: Final = frozenset({"page", "category", "order", "sort", "cadence", "voucher", "under", "v"})
NEVER: Final = (
    "/my/", "/cms/", "/login/", "/logout/", "/signup/", "/merchant/", "/redeem/", "/showroom/", "/s/", "/webhooks/",
    "/search/", "/api/", "/media/", "/art/", "/static/", "/console/", "/cart/", "/checkout/", "/invitation/",
    "/password/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copy:
    """One page as it was sent, plain and compressed."""

    headers: tuple[tuple[str, str], ...]
    plain: bytes
    zipped: bytes


_mine: OrderedDict[str, tuple[float, Copy]] = OrderedDict()


class PageCacheMiddleware:
    """Answers anonymous GETs from copies; stores what may be stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """From this process, from the shared cache, or from the view."""
        if not may_be_copied(request):
            return self.get_response(request)
        key = _key(request)
        seen = _mine.get(key)
        if seen and time.monotonic() - seen[0] < FRESH_SECONDS:
            return _answer(seen[1], request)
        return self._through(request, key)

    def _through(self, request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            asked_at = time.monotonic()
            shared = f"page:{generation()}:{key}"
            copy: Copy | None = cache.get(shared)
        except (RedisError, OSError):
            return self.get_response(request)
        if copy is None:
            response = self.get_response(request)
            if not _may_be_kept(response):
                return response
            copy = _copy_of(response)
            _share(shared, copy)
        _remember(key, asked_at, copy)
        return _answer(copy, request)


def may_be_copied(request: HttpRequest) -> bool:
    """Only reading, only without a session, only public addresses, none but the filters of lists."""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path.startswith(NEVER)
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and QUERIES.issuperset(request.GET)
    )


def forget_pages() -> None:
    """Forget this process's copies, for tests."""
    _mine.clear()


def _key(request: HttpRequest) -> str:
    part = "h" if "HTTP_HX_REQUEST" in request.META else "p"
    return f"{current_schema()}:{part}:{request.get_host()}:{request.get_full_path()}"


def _may_be_kept(response: HttpResponseBase) -> bool:
    """A finished page that set no cookie (a form would) and does not forbid it."""
    control = response.headers.get("Cache-Control", "")
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200  # noqa: PLR2004  the status
        and not response.cookies
        and not any(word in control for word in ("private", "no-store", "no-cache"))
        and "Content-Encoding" not in response.headers
    )


def _copy_of(response: HttpResponseBase) -> Copy:
    body = response.content if isinstance(response, HttpResponse) else b""
    headers = tuple((name, value) for name, value in response.items() if name not in ("Content-Length", "Vary"))
    return Copy(headers, body, gzip.compress(body, 5, mtime=0))


def _share(key: str, copy: Copy) -> None:
    try:
        cache.set(key, copy, KEPT_SECONDS)
    except (RedisError, OSError):
        return


def _remember(key: str, at: float, copy: Copy) -> None:
    _mine[key] = (at, copy)
    _mine.move_to_end(key)
    while len(_mine) > MOST_COPIES:
        _mine.popitem(last=False)


def _answer(copy: Copy, request: HttpRequest) -> HttpResponse:
    zipped = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(copy.zipped if zipped else copy.plain, headers=dict(copy.headers))
    if zipped:
        response["Content-Encoding"] = "gzip"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    return response
