"""The access log on the staff's desk: who looked at whose data. Read, filtered and taken away, never changed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from tenants.people.models import AccessRecord


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes, whatever their group says."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing."""
        return "view" in actions and self.user_has_permission(user, "view")


class AccessIndexView(IndexView):
    """Newest first; searchable by who and whose."""

    page_title = _("Access records")


class AccessRecordViewSet(ModelViewSet):
    """접속기록 (개인정보의 안전성 확보조치 기준): kept two years, reviewed monthly."""

    model = AccessRecord
    name = "access"
    url_prefix = "people/access"
    icon = "view"
    menu_label = _("Access records")
    menu_order = 900
    add_to_settings_menu = True
    index_view_class = AccessIndexView
    list_display = ("at", "user_name", "address", "task", "subject", "reason")
    list_filter = ("task", "at")
    list_export = ("at", "user_name", "address", "task", "subject", "reason")
    export_filename = "access-records"
    search_fields = ("user_name", "subject", "task")
    search_backend_name = None
    list_per_page = 50
    ordering = ("-id",)
    copy_view_enabled = False
    inspect_view_enabled = False
    form_fields = ("reason",)
