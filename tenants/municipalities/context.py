"""What every template knows of the municipality."""

from typing import Any

from django.http import HttpRequest


def municipality(request: HttpRequest) -> dict[str, Any]:
    """`municipality`: the tenant of this request."""
    return {"municipality": getattr(request, "tenant", None)}
