"""Whole public pages, kept as they look to a visitor who is not logged in.

Such a visitor is answered before Django's view layer. Who has a session passes through all of it, and the pages that
are `SAME_FOR_ALL` are then answered from the same copy with that visitor's own links and messages put in (`ownlinks`).

A copy is keyed by schema, generation, day, host, path and query. Within a second a process answers visitors without a
session from its own memory, so that prices and stock are never older than that second; with a session the generation
is asked each time.
"""

import gzip
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from core.clock import kst_date, now
from core.generation import generation, raise_generation
from tenants.schema import current_schema

__all__ = ["Copy", "PageCacheMiddleware", "forget_pages", "generation", "raise_generation", "response_of"]

View = Callable[[HttpRequest], HttpResponseBase]
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
SAME_FOR_ALL: Final = re.compile(
    r"/(subscriptions/|bundles/[^/]+/|products/([^/]+/)?|(stories|exhibitions|notices)/([^/]+/)?)?"
)
"""Pages that show the same to everyone, save for the links of the person and messages."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One page as a visitor without a session got it, plain and compressed. `made_at` is in seconds since 1970."""

    headers: tuple[tuple[str, str], ...]
    plain: bytes
    zipped: bytes
    made_at: float


@dataclass(slots=True)
class _Held:
    """A copy in this process; `asked_at` is when it was last known to be of the present generation."""

    asked_at: float
    name: str
    copy: Copy


_mine: OrderedDict[str, _Held] = OrderedDict()


class PageCacheMiddleware:
    """Answers GETs without a session from copies, gives those with one their copy along; stores what may be stored."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """From this process, from the shared cache, or from the view."""
        if not may_be_copied(request):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            if SAME_FOR_ALL.fullmatch(request.path):
                found = self._through(request, _key(request), self._ask_as_nobody)
                request.page_copy = found if isinstance(found, Copy) else None  # type: ignore[attr-defined]
            return self.get_response(request)
        key = _key(request)
        seen = _mine.get(key)
        if seen and time.monotonic() - seen.asked_at < FRESH_SECONDS:
            return _answer(seen.copy, request)
        found = self._through(request, key, self.get_response)
        return _answer(found, request) if isinstance(found, Copy) else found

    def _through(self, request: HttpRequest, key: str, ask: View) -> Copy | HttpResponseBase:
        """The copy of the present generation, made now if need be; or the view's answer where none may be kept."""
        try:
            asked_at = time.monotonic()
            name = f"page:{generation()}:{key}"
            copy = _held(key, name) or cache.get(name)
        except (RedisError, OSError):
            return ask(request)
        if copy is None:
            response = ask(request)
            if not _may_be_kept(response):
                return response
            copy = _copy_of(response)
            _share(name, copy)
        _remember(key, _Held(asked_at, name, copy))
        return copy

    def _ask_as_nobody(self, request: HttpRequest) -> HttpResponseBase:
        """Through everything below as a visitor without cookies: nothing of this one can come into everyone's copy."""
        environ = {name: value for name, value in request.META.items() if name != "HTTP_COOKIE"}
        environ["PATH_INFO"] = request.path_info.encode().decode("latin-1")  # as a server gives it
        nobody = WSGIRequest(environ)
        nobody.tenant, nobody.urlconf = request.tenant, request.urlconf  # type: ignore[attr-defined]
        return self.get_response(nobody)


def may_be_copied(request: HttpRequest) -> bool:
    """Only reading, only public addresses, none but the filters of lists."""
    return (
        request.method == "GET"
        and not request.path.startswith(NEVER)
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and QUERIES.issuperset(request.GET)
    )


def forget_pages() -> None:
    """Forget this process's copies, for tests."""
    _mine.clear()


def _key(request: HttpRequest) -> str:
    part = "h" if "HTTP_HX_REQUEST" in request.META else "p"
    return f"{current_schema()}:{kst_date(now())}:{part}:{request.get_host()}:{request.get_full_path()}"


def _held(key: str, name: str) -> Copy | None:
    """The copy in this process when it is of this generation and not too old."""
    held = _mine.get(key)
    known = held and held.name == name and time.time() - held.copy.made_at < KEPT_SECONDS
    return held.copy if held and known else None


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
    return Copy(headers, body, gzip.compress(body, 5, mtime=0), time.time())


def _share(key: str, copy: Copy) -> None:
    try:
        cache.set(key, copy, KEPT_SECONDS)
    except (RedisError, OSError):
        return


def _remember(key: str, held: _Held) -> None:
    _mine[key] = held
    _mine.move_to_end(key)
    while len(_mine) > MOST_COPIES:
        _mine.popitem(last=False)


def _answer(copy: Copy, request: HttpRequest) -> HttpResponse:
    zipped = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = response_of(copy, copy.zipped if zipped else copy.plain)
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


def response_of(copy: Copy, body: bytes) -> HttpResponse:
    """A body under a copy's headers."""
    response = HttpResponse(body, headers=dict(copy.headers))
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    return response
