"""Registers the access log, the duties' permissions and what waits on the first page of the Wagtail admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from tenants.people.cms import AccessRecordViewSet, ReadOnlyPolicy
from tenants.people.models import AccessRecord
from tenants.people.panels import WaitingPanel

register_permission_policy(AccessRecord, ReadOnlyPolicy(AccessRecord))


@hooks.register("register_admin_viewset")
def access_log() -> AccessRecordViewSet:
    return AccessRecordViewSet("access")


@hooks.register("register_permissions")
def people_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="people", content_type__model="accessrecord")


@hooks.register("construct_main_menu")
def leave_out_help(request: Any, menu_items: list[Any]) -> None:
    """Wagtail's help leads to English pages elsewhere; ours is in docs/guides."""
    del request
    menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("construct_homepage_panels")
def show_what_waits(request: Any, panels: list[Any]) -> None:
    """The day's work stands first."""
    panels.insert(0, WaitingPanel(request.user))
