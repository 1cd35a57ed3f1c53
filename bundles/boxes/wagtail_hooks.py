"""Registers boxes in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from bundles.boxes.cms import BoxesViewSet
from bundles.boxes.models import Shortage, ShortageState
from tenants.people.waiting import add_waiting


@hooks.register("register_admin_viewset")
def boxes() -> BoxesViewSet:
    return BoxesViewSet()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="boxes")


add_waiting(
    35,
    "boxes.change_shortage",
    _("shortages to confirm"),
    Shortage.objects.filter(state=ShortageState.OPEN).count,
    lambda: reverse("boxes:index"),
)
