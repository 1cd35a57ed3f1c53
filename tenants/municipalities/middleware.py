"""From host to municipality. Unknown hosts get 404, suspended malls a polite 503."""

import time
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import set_urlconf
from django_tenants.middleware.main import TenantMainMiddleware

from tenants.municipalities.models import Domain, Municipality

NOBODY = "이 주소에는 열린 몰이 없습니다.\n"
KNOWN_SECONDS = 5.0
_known: dict[str, tuple[float, Municipality]] = {}


class MunicipalityMiddleware(TenantMainMiddleware):
    """Enters the municipality of the host on every alias; remembers hosts of this process for a few seconds."""

    def get_tenant(self, domain_model: type[Domain], hostname: str) -> Municipality:
        """The municipality of a host name."""
        seen, tenant = _known.get(hostname, (0.0, None))
        if tenant is None or time.monotonic() - seen > KNOWN_SECONDS:
            tenant = domain_model.objects.select_related("tenant").get(domain=hostname).tenant
            _known[hostname] = (time.monotonic(), tenant)
        return tenant

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Enter the municipality, or answer 404 or 503."""
        try:
            response: HttpResponse | None = super().process_request(request)
        except Http404:
            return HttpResponse(
                "이 주소에는 열린 몰이 없습니다.\n", status=404, content_type="text/plain; charset=utf-8"
            )
        if response is not None:
            return response
        for alias in connections:
            connections[alias].set_tenant(request.tenant)  # type: ignore[attr-defined]
        if not request.tenant.is_open:  # type: ignore[attr-defined]
            return render(request, "ui/closed.html", {"municipality": request.tenant}, status=503)  # type: ignore[attr-defined]
        return None

    @staticmethod
    def setup_url_routing(request: Any, force_public: bool = False) -> None:  # noqa: FBT001, FBT002  library's shape
        """The portal has addresses of its own."""
        del force_public
        request.urlconf = settings.PORTAL_URLCONF if request.tenant.is_portal else settings.ROOT_URLCONF
        set_urlconf(request.urlconf)


def forget_hosts() -> None:
    """Forget remembered hosts: after a municipality moved or changed, and in tests."""
    _known.clear()
    connection.set_schema_to_public()  # type: ignore[attr-defined]
