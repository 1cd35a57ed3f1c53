"""Staff groups of a new municipality."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
)

from tenants.people.duties import GRANTS, PAGE_EDITORS, Duty, Grant

APPROVAL = "Moderators approval"
EDIT = ("add", "change", "delete")


def furnish() -> None:
    """Make every duty's group hold exactly its permissions. Safe to run again."""
    Group.objects.filter(name__in=("Moderators", "Editors")).delete()
    for duty, grants in GRANTS.items():
        group, _created = Group.objects.get_or_create(name=duty)
        group.permissions.set(Permission.objects.filter(_wanted(grants)))
        _grant_tree(group, duty)
    _speak_korean()


def _speak_korean() -> None:
    """Wagtail's first migrations leave English names behind, and a task that nobody could approve."""
    Page.objects.filter(depth=1, title="Root").update(title="전체 페이지", draft_title="전체 페이지")
    Collection.objects.filter(depth=1, name="Root").update(name="전체")
    Workflow.objects.filter(name=APPROVAL).update(name="페이지 검토")
    for task in GroupApprovalTask.objects.filter(name=APPROVAL):
        task.groups.set(Group.objects.filter(name=Duty.MANAGER))
        GroupApprovalTask.objects.filter(pk=task.pk).update(name="총괄 관리자 승인")


def _wanted(grants: list[Grant]) -> Q:
    wanted = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    for app, model, verbs in grants:
        mine = Q(content_type__app_label=app)
        if model != "*":
            mine &= Q(content_type__model=model)
        wanted |= mine & _verbs(verbs)
    return wanted


def _verbs(verbs: tuple[str, ...]) -> Q:
    wanted = Q(pk__in=[])
    for verb in verbs:
        for name in EDIT if verb == "edit" else (verb,):
            wanted |= Q(codename=name) | Q(codename__startswith=f"{name}_")
    return wanted


def _grant_tree(group: Group, duty: Duty) -> None:
    root = Page.get_first_root_node()
    if duty in PAGE_EDITORS and root is not None:
        for codename in ("add_page", "change_page", "publish_page"):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=_page_permission(codename))
    _grant_collection(group)


def _grant_collection(group: Group) -> None:
    """Pictures and documents are granted by collection in Wagtail, not by model permission."""
    root = Collection.get_first_root_node()
    held: Any = group.permissions.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"))
    for permission in held.exclude(codename__startswith="delete"):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _page_permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
