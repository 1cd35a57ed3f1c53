"""Registers the access log and the duties' permissions in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from tenants.people.cms import AccessRecordViewSet
from wagtail import hooks


@hooks.register("register_admin_viewset")
def access_log() -> AccessRecordViewSet:
    return AccessRecordViewSet("access")


@hooks.register("register_permissions")
def people_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="people", content_type__model="accessrecord")
