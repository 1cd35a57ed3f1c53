"""What a screen calls. It names itself by its token in the Authorization header; no cookie is ever read or set."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.clock import kst_date, now
from core.errors import Refusal
from showroom.displays.actions import CODE_LIFE, record_heartbeat, record_plays, record_visit, start_pairing
from showroom.displays.errors import DisplayUnknown, LinkUnknown
from showroom.displays.models import Display, Pairing
from showroom.displays.queries import display_of, host_of, manifest_of, wanted_version
from showroom.displays.rules import Heartbeat, Plays, signature, token_hash
from showroom.playlists.pictures import drawn
from showroom.playlists.words import player_words
from tenants.schema import current_schema
from ui.shell import shell_of

View = Callable[..., HttpResponse]
SCHEME = "Display "
LONGEST_REPORT = 256 * 1024
FONTS = ("Regular", "Medium", "Bold")
SHELL = (
    "playlists/stage.css",
    "playlists/scenes.js",
    "playlists/truth.js",
    "displays/player.css",
    "displays/player.js",
    "displays/courier.js",
    "displays/proofs.js",
    "displays/store.js",
    *(f"ui/vendor/pretendard-gov/PretendardGOV-{weight}.subset.woff2" for weight in FONTS),
)


def in_json(view: View) -> View:
    """Screens are answered in JSON, refusals too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=refusal.status)

    return never_cache(csrf_exempt(answered))


def token_of(request: HttpRequest) -> str:
    """The token that the screen names itself by; refuses a request without one."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME) or len(header) > 200:  # noqa: PLR2004  longer than any token of ours
        raise DisplayUnknown
    return header.removeprefix(SCHEME)


# ── Pairing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
@never_cache
def pair(request: HttpRequest) -> HttpResponse:
    """The page that shows a code and waits."""
    return render(request, "displays/pair.html", {**_shell_context(request), "words": _pair_words()})


@in_json
@require_POST
def pair_start(request: HttpRequest) -> HttpResponse:
    """A code to show and the token to keep."""
    waiting = start_pairing(request.META.get("REMOTE_ADDR", ""), at=now())
    seconds = int(CODE_LIFE.total_seconds())
    return JsonResponse({"code": waiting.code, "token": waiting.token, "seconds": seconds})


@in_json
@require_GET
def pair_status(request: HttpRequest) -> HttpResponse:
    """Whether staff have typed the code in: waiting, paired, or refused."""
    token = token_of(request)
    hashed = token_hash(current_schema(), token)
    if Display.objects.filter(token_hash=hashed).exists():
        return JsonResponse({"state": "paired"})
    if Pairing.objects.filter(token_hash=hashed, display__isnull=True, expires_at__gt=now()).exists():
        return JsonResponse({"state": "waiting"})
    raise DisplayUnknown


def _pair_words() -> dict[str, str]:
    return {
        "left": _("This code is valid for %s more minutes."),
        "no_contact": _("No contact with the mall. Trying again…"),
    }


# ── Player ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def player(request: HttpRequest) -> HttpResponse:
    """The player's shell: it holds nothing that a visitor of the mall may not see."""
    response = render(request, "displays/player.html", _player_context(request))
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its text changes with any file of the shell."""
    page = reverse("showroom-player")
    html = render_to_string("displays/player.html", _player_context(request), request)
    files = [page, *(settings.STATIC_URL + name for name in SHELL)]
    version = hashlib.sha256((html + shell_hash()).encode()).hexdigest()[:16]
    context = {"version": version, "player": page, "files": json.dumps(files), "theme": shell_of(request).theme}
    response = render(request, "displays/sw.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def shell_hash() -> str:
    """Names the contents of the shell's files in this release."""
    total = hashlib.sha256()
    for name in SHELL:
        path = finders.find(name)
        if path is None:
            message = f"{name} is missing"
            raise FileNotFoundError(message)
        with open(path, "rb") as file:  # noqa: PTH123  finders give plain paths
            total.update(file.read())
    return total.hexdigest()


def _shell_context(request: HttpRequest) -> dict[str, Any]:
    tenant = request.tenant  # type: ignore[attr-defined]
    address = settings.ENV.address(host_of(tenant), "").partition("://")[2]
    return {
        "base": reverse("showroom-root"),
        "static_root": settings.STATIC_URL,
        "municipality": tenant,
        "address": address,
    }


def _player_context(request: HttpRequest) -> dict[str, Any]:
    return {**_shell_context(request), "realm": current_schema(), "words": player_words()}


@require_safe
def art(request: HttpRequest, family: str, names: str, seed: int) -> HttpResponse:
    """A still life in the tall format of screens."""
    del request
    body = drawn(family, names, seed)
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


# ── The screen's talk with the mall ─────────────────────────────────────────────────────────────────────────────────
@in_json
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What to show; 304 while that is on the glass already. Both answers are signed and carry the time."""
    at = now()
    display = display_of(token_of(request))
    version = wanted_version(display)
    if request.headers.get("If-None-Match") == f'"{version}"':
        unchanged = HttpResponse(status=304)
        return _signed(unchanged, display, version, f"{version}\n{at.isoformat()}".encode(), at)
    made = manifest_of(display, request.tenant, at=at)  # type: ignore[attr-defined]
    return _signed(HttpResponse(made.body, content_type="application/json"), display, made.version, made.body, at)


def _signed(response: HttpResponse, display: Display, version: str, text: bytes, at: datetime) -> HttpResponse:
    response["ETag"] = f'"{version}"'
    response["Goeul-Time"] = at.isoformat()
    response["Goeul-Signature"] = signature(display.token_hash, text)
    return response


@in_json
@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """What is on the glass now."""
    display = display_of(token_of(request))
    record_heartbeat(display, Heartbeat.read(_report(request)), at=now())
    return JsonResponse({"ok": True})


@in_json
@require_POST
def plays(request: HttpRequest) -> HttpResponse:
    """A batch of plays; handing it in again changes nothing."""
    at = now()
    display = display_of(token_of(request))
    is_new = record_plays(display, Plays.read(_report(request), kst_date(at)), at=at)
    return JsonResponse({"ok": True, "new": is_new})


def _report(request: HttpRequest) -> bytes:
    return request.read(LONGEST_REPORT)


# ── From the wall to the phone ──────────────────────────────────────────────────────────────────────────────────────
@require_GET
@never_cache
def follow(_request: HttpRequest, code: str) -> HttpResponse:
    """Count one visit of a QR and go on to the mall."""
    try:
        path = record_visit(code, at=now())
    except LinkUnknown:
        return HttpResponseRedirect("/")
    return HttpResponseRedirect(path)
