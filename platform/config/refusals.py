"""The one place that turns a refusal into a page, an htmx fragment or JSON."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.errors import Refusal


class RefusalMiddleware:
    """Catches refusals that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """An address holding NUL names nothing: PostgreSQL text cannot hold it."""
        if "\0" in request.path:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes its sentence with its status; anything else stays a bug."""
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"code": exception.code, "message": str(exception)}, status=exception.status)
        template = "ui/_refusal.html" if getattr(request, "htmx", False) else "ui/refusal.html"
        return render(request, template, {"refusal": exception}, status=exception.status)
