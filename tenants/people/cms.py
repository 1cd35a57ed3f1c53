"""직원 in the Wagtail admin: the people, the changes of their rights, and who looked at whose data."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from tenants.people import desk
from tenants.people.menu import PEOPLE
from tenants.people.models import AccessRecord, RightsRecord
from tenants.people.words import subject_in_words, task_in_words

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes, whatever their group says."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing."""
        return "view" in actions and self.user_has_permission(user, "view")


class RecordIndexView(IndexView):
    """Newest first; an export runs no formula, whatever names people have."""

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """A row of the export."""
        row = super().to_row_dict(item)
        return {
            name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
            for name, value in row.items()
        }


class RecordViewSet(ModelViewSet):
    """A record that is read, filtered and taken away, never changed."""

    index_view_class = RecordIndexView
    search_backend_name = None
    list_per_page = 50
    ordering = ("-id",)
    copy_view_enabled = False
    inspect_view_enabled = False


class AccessRecordViewSet(RecordViewSet):
    """접속기록 (개인정보의 안전성 확보조치 기준): kept two years, reviewed monthly."""

    model = AccessRecord
    name = "access"
    url_prefix = "people/access"
    icon = "view"
    menu_label = _("Access records")
    list_display = (
        "at",
        "user_name",
        "address",
        Column("task", label=_("task"), accessor=lambda record: task_in_words(record.task)),
        Column("subject", label=_("whose data"), accessor=lambda record: subject_in_words(record.subject)),
        "reason",
    )
    list_filter = ("task", "at")
    list_export = ("at", "user_name", "address", "task", "subject", "reason")
    export_filename = "access-records"
    search_fields = ("user_name", "subject", "task")
    form_fields = ("reason",)


class RightsRecordViewSet(RecordViewSet):
    """권한 변경 기록 (안전성 확보조치 기준): kept three years at least."""

    model = RightsRecord
    name = "rights"
    url_prefix = "people/rights"
    icon = "key"
    menu_label = _("Changes of rights")
    list_display = ("at", "user_name", "email", "get_change_display", "right", "by_name")
    list_filter = ("change", "right", "at")
    list_export = ("at", "user_name", "email", "get_change_display", "right", "by_name")
    export_headings = {"get_change_display": _("change")}
    export_filename = "changes-of-rights"
    search_fields = ("user_name", "email", "by_name", "right")
    form_fields = ("right",)


class StaffMenuItem(MenuItem):
    """Shown to those who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may open the list."""
        return bool(request.user.has_perm(desk.LOOK))


class StaffViewSet(ViewSet):
    """직원: who works here, with which duties."""

    name = "staff"
    icon = "user"
    menu_label = _("Staff")

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        """The way to the list."""
        return StaffMenuItem(
            label=self.menu_label, url=self.menu_url, name="staff-list", icon_name=self.icon, order=order or 0
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", desk.people, name="index"),
            path("invite/", desk.invite, name="invite"),
            path("<int:pk>/", desk.person, name="person"),
        ]


class StaffGroup(ViewSetGroup):
    """회원·직원 in the menu."""

    menu_label = _("Residents and staff")
    menu_name = "people-group"
    menu_icon = "group"
    menu_order = 900
    submenu_hook = PEOPLE
    items = (StaffViewSet(), RightsRecordViewSet("rights"), AccessRecordViewSet("access"))


class FirstWeekViewSet(ViewSet):
    """Puts the list of the first week away, or fetches it back; no entry in the menu."""

    name = "first-week"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The one address."""
        return [path("", desk.first_week, name="index")]
