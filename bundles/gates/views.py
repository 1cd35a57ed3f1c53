"""What a gate's device calls. It names itself by its token in the Authorization header; no cookie is read or set."""

import hashlib
import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from bundles.gates.actions import pair_with_code, take_scans
from bundles.gates.errors import BadBatch, GateUnknown
from bundles.gates.models import Gate, Scan
from bundles.gates.queries import gate_of, sealed_list
from bundles.gates.rules import Batch
from bundles.gates.words import gate_words
from core.clock import now
from core.errors import Refusal
from ui.shell import shell_of

View = Callable[..., HttpResponse]
SCHEME = "Gate "
LONGEST_TOKEN = 200
LONGEST_BATCH = 512 * 1024
STYLES = (
    "ui/vendor/krds/krds_tokens.css",
    "ui/css/tokens.css",
    "ui/css/base.css",
    "ui/css/components.css",
    "ui/css/pages.css",
)
SCRIPTS = (
    *(
        f"gates/{name}.js"
        for name in ("gate", "pair", "camera", "code", "courier", "decide", "seal", "signal", "store")
    ),
    "gates/vendor/qr/decode.js",
    "gates/vendor/qr/index.js",
)
PLAIN = (
    "gates/gate.css",
    "gates/icon.svg",
    *SCRIPTS,
    *(f"ui/vendor/pretendard-gov/PretendardGOV-{weight}.subset.woff2" for weight in ("Regular", "Bold")),
)


def in_json(view: View) -> View:
    """Devices are answered in JSON, refusals too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=refusal.status)

    return never_cache(csrf_exempt(answered))


def _gate(request: HttpRequest) -> Gate:
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME) or len(header) > LONGEST_TOKEN:
        raise GateUnknown
    return gate_of(header.removeprefix(SCHEME))


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The gate's page. It holds nothing of anybody: what it shows comes from the device."""
    response = render(request, "gates/gate.html", _context())
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@never_cache
def pair(request: HttpRequest) -> HttpResponse:
    """Six digits make a phone without a log-in a gate."""
    return render(request, "gates/pair.html", _context())


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its text changes with any file of the shell."""
    page = reverse("gate")
    html = render_to_string("gates/gate.html", _context(), request)
    files = [page, *map(static, STYLES), *(settings.STATIC_URL + name for name in PLAIN)]
    version = hashlib.sha256((html + shell_hash()).encode()).hexdigest()[:16]
    context = {"version": version, "page": page, "files": json.dumps(files), "theme": shell_of(request).theme}
    response = render(request, "gates/sw.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def web_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the gate on its home screen."""
    icon = settings.STATIC_URL + "gates/icon"
    site = shell_of(request)
    manifest = {
        "id": reverse("redeem"),
        "name": f"{site.name} {gate_words()['title']}",
        "short_name": gate_words()["title"],
        "start_url": reverse("gate"),
        "scope": reverse("redeem"),
        "display": "standalone",
        "orientation": "portrait",
        "lang": "ko",
        "background_color": "#fffdfa",
        "theme_color": "#fffdfa",
        "icons": [
            {"src": f"{icon}.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": f"{icon}-192.png", "sizes": "192x192", "type": "image/png"},
            {"src": f"{icon}-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    response = JsonResponse(manifest, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = "no-cache"
    return response


@cache
def shell_hash() -> str:
    """Names the contents of the shell's files in this release."""
    total = hashlib.sha256()
    for name in (*STYLES, *PLAIN):
        path = finders.find(name)
        if path is None:
            message = f"{name} is missing"
            raise FileNotFoundError(message)
        with open(path, "rb") as file:  # noqa: PTH123  finders give plain paths
            total.update(file.read())
    return total.hexdigest()


def _context() -> dict[str, Any]:
    return {"static_root": settings.STATIC_URL, "styles": [static(name) for name in STYLES], "words": gate_words()}


# ── The device's talk with the mall ─────────────────────────────────────────────────────────────────────────────────
@in_json
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """A phone typed a partner's six digits; the answer is the token that it keeps."""
    data = _json(request)
    code, name = str(data.get("code", ""))[:20], str(data.get("name", ""))[:80].replace("\x00", "")
    gate, token = pair_with_code(code, name, address=request.META.get("REMOTE_ADDR", ""), at=now())
    return JsonResponse({"token": token, "gate": gate.name})


@in_json
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The gate's list, signed."""
    at = now()
    gate = _gate(request)
    sealed = sealed_list(gate, at=at)
    Gate.objects.filter(pk=gate.pk, token_hash=gate.token_hash).update(listed_at=at, last_seen_at=at)
    return JsonResponse(sealed)


@in_json
@require_POST
def scans(request: HttpRequest) -> HttpResponse:
    """Scans of a gate; each is answered, the same ones again get the same answers."""
    gate = _gate(request)
    taken = take_scans(gate.pk, Batch.read(request.read(LONGEST_BATCH)), at=now())
    return JsonResponse({"scans": [_answer(scan) for scan in taken]})


def _answer(scan: Scan) -> dict[str, Any]:
    return {
        "nonce": scan.nonce,
        "outcome": scan.outcome,
        "let_in": scan.let_in,
        "reason": scan.reason,
        "message": scan.message,
        "type": str(scan.voucher.type_id) if scan.voucher else "",
        "code": scan.voucher.code if scan.voucher else "",
        "use": scan.redemption_id,
    }


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.read(4096))
    except ValueError as error:
        raise BadBatch(what="JSON") from error
    if not isinstance(data, dict):
        raise BadBatch(what="JSON")
    return data
