"""When a page fails: what cannot be reached for now is said so with 503, anything else is a bug with 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

AWAY = (OperationalError, InterfaceError, PoolTimeout, RedisError)
"""Database or Valkey do not answer; they come back without us."""
COME_BACK_AFTER = "10"
"""Seconds that programs should wait before they ask again."""


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an exception that nobody caught. Uses neither database nor cache."""
    away = isinstance(sys.exc_info()[1], AWAY)
    status = 503 if away else 500
    if "application/json" in request.headers.get("Accept", ""):
        sentence = _("The mall cannot be reached for a moment. Nothing was lost; please try again shortly.")
        response: HttpResponse = JsonResponse(
            {"code": "outage" if away else "error", "message": sentence}, status=status
        )
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if away:
        response["Retry-After"] = COME_BACK_AFTER
    response["Cache-Control"] = "no-store"
    return response
