"""Registers the staff's pages and records, the duties' permissions, and the first page of the Wagtail admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from tenants.people import menu
from tenants.people.cms import FirstWeekViewSet, ReadOnlyPolicy, StaffGroup
from tenants.people.desk import MANAGE
from tenants.people.first_week import add_step
from tenants.people.models import AccessRecord, RightsRecord
from tenants.people.panels import HomePanel
from tenants.people.queries import signers

for record in (AccessRecord, RightsRecord):
    register_permission_policy(record, ReadOnlyPolicy(record))


@hooks.register("register_admin_viewset")
def staff() -> list[Any]:
    return [StaffGroup(), FirstWeekViewSet()]


@hooks.register("register_permissions")
def people_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="people", content_type__model__in=("accessrecord", "rightsrecord")
    )


@hooks.register("construct_main_menu")
def leave_out(request: Any, menu_items: list[Any]) -> None:
    del request
    menu_items[:] = [item for item in menu_items if item.name not in menu.LEFT_OUT]


for entry in menu.WAGTAILS:
    hooks.register(menu.SCREENS, entry)


@hooks.register("insert_global_admin_js")
def labels() -> str:
    return format_html('<script type="module" src="{}"></script>', static("people/labels.js"))


@hooks.register("register_icons")
def icons(known: list[str]) -> list[str]:
    return [*known, *(f"people/icons/{name}.svg" for name in ("store", "ticket", "card", "truck"))]


@hooks.register("construct_homepage_panels")
def show_what_waits(request: Any, panels: list[Any]) -> None:
    """The day's work stands first."""
    panels.insert(0, HomePanel(request.user))


add_step(10, MANAGE, _("name a maker, a checker and a payer"), signers, lambda: reverse("staff:index"), target=3)
