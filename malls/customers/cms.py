"""Residents on the staff's desk: a list that shows little, a page that shows more and is kept in the access log."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from malls.customers.models import Resident
from malls.customers.rules import masked_email, masked_name, masked_phone
from malls.merchants.access import keep_access
from malls.merchants.cms import DeskIndexView
from tenants.people.menu import PEOPLE


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Staff look; residents change their own data."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only `view`."""
        return action == "view" and bool(super().user_has_permission(user, action))


class MaskedColumn(Column):
    """A personal detail with its middle hidden."""

    def __init__(self, name: str, mask: Any, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.mask = mask

    def get_value(self, instance: Any) -> str:
        """The hidden form."""
        return str(self.mask(getattr(instance.user, self.name)))


class ResidentIndexView(DeskIndexView):
    """Residents with their users in one statement."""

    def get_base_queryset(self) -> QuerySet[Resident]:
        """Newest first."""
        found: QuerySet[Resident] = super().get_base_queryset()
        return found.select_related("user")


class ResidentInspectView(InspectView):
    """Everything about one resident; opening it is kept (안전성 확보조치 기준)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep who looked at whom."""
        keep_access(self.request, "resident", f"{self.object} #{self.object.pk}")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context

    def get_fields_context(self) -> list[dict[str, Any]]:
        """Contact, addresses and agreements as rows."""
        user, resident = self.object.user, self.object
        rows = [
            (_("name"), user.get_full_name()),
            (_("e-mail"), user.email),
            (_("mobile phone"), user.phone),
            (_("joined at"), resident.joined_at),
            (_("left at"), resident.left_at or "–"),
        ]
        rows += [(_("address"), f"({one.postcode}) {one} {one.phone}") for one in resident.addresses.all()]
        rows += [(one.get_kind_display(), _given(one)) for one in resident.consents.all()]
        return [{"label": label, "value": value, "component": None} for label, value in rows]


def _given(consent: Any) -> str:
    span = f"{consent.granted_at:%Y-%m-%d} –"
    return f"{span} {consent.withdrawn_at:%Y-%m-%d}" if consent.withdrawn_at else f"{span} ({consent.version})"


class ResidentViewSet(SnippetViewSet):
    """Residents in the CMS."""

    model = Resident
    icon = "user"
    menu_label = _("Residents")
    menu_name = "residents"
    menu_hook = PEOPLE
    menu_order = 0
    list_display = (
        MaskedColumn("first_name", masked_name, label=_("name")),
        MaskedColumn("email", masked_email, label=_("e-mail")),
        MaskedColumn("phone", masked_phone, label=_("mobile phone")),
        "joined_at",
        "left_at",
    )
    ordering = ("-joined_at", "-pk")
    list_per_page = 30
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ResidentIndexView
    inspect_view_class = ResidentInspectView
    panels = (FieldPanel("joined_at", read_only=True),)
