"""What the desks of orders and shipping share."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import now
from tenants.people.actions import record_access

PER_PAGE = 50


def frame(
    title: str, *, subtitle: str = "", trail: tuple[tuple[str, str], ...] = (), icon: str = "list-ul"
) -> dict[str, Any]:
    """What Wagtail's page furniture needs."""
    home = {"url": reverse("wagtailadmin_home"), "label": _("Home")}
    above = [{"url": url, "label": label} for url, label in trail]
    here = {"url": "", "label": title, "sublabel": subtitle}
    return {"header_title": title, "header_icon": icon, "breadcrumbs_items": [home, *above, here]}


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> Page[Any]:
    """One page of rows."""
    return Paginator(rows, size).get_page(request.GET.get("p"))


def note_access(request: HttpRequest, task: str, subject: str) -> None:
    """Keep who saw or took whose personal data."""
    user: Any = request.user
    record_access(user, task, subject, at=now(), address=request.META.get("REMOTE_ADDR"))
