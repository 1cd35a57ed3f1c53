"""The still life as an address: self-describing, the same for ever, safe to cache anywhere."""

import gzip
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from ui.still_life import GROUNDS, MOST, art, drawings

A_YEAR = "public, max-age=31536000, immutable"


@require_safe
def still_life(request: HttpRequest, family: str, icons: str, seed: int) -> HttpResponse:
    """Draw `/art/<family>/<object+object>-<seed>.svg`; unknown objects or families do not exist."""
    names = tuple(icons.split("+"))
    if family not in GROUNDS or len(names) > MOST or seed > 99 or any(name not in drawings() for name in names):  # noqa: PLR2004
        raise Http404
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    body = _zipped(family, names, seed)
    response = HttpResponse(body if zipped else gzip.decompress(body), content_type="image/svg+xml")
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = A_YEAR
    response["Vary"] = "Accept-Encoding"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look unasked."""
    del request
    return HttpResponsePermanentRedirect(static("ui/favicon.svg"))


@lru_cache(maxsize=512)
def _zipped(family: str, icons: tuple[str, ...], seed: int) -> bytes:
    return gzip.compress(art(icons, family, seed).encode(), 6, mtime=0)
