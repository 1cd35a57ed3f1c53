"""Pages whose form leads to the provider's own pages."""

from django.http import HttpResponse

from malls.payments.gateways import Gateway


def leads_outside(answer: HttpResponse, gateway: Gateway) -> HttpResponse:
    """Let this page's form lead to the provider's pages, and to nowhere else."""
    answer._csp_update = {"form-action": [gateway.page_origin]}  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's door
    return answer
