"""Partners, voucher types and vouchers on the staff's desk."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from bundles.vouchers.models import Partner, Voucher, VoucherState, VoucherType
from core.ids import spaced
from malls.merchants.choosing import finding_by
from malls.merchants.cms import DeskIndexView, StateColumn
from settlement.statements.actions import ensure_payee
from settlement.statements.models import PayeeKind


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Rows that only actions write: staff look, nobody edits."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Looking only."""
        allowed: bool = action == "view" and super().user_has_permission(user, action)
        return allowed

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Looking only."""
        return "view" in actions and self.user_has_permission(user, "view")


class WonColumn(Column):
    """An amount."""

    def get_value(self, instance: Any) -> str:
        """With thousands and 원."""
        return f"{super().get_value(instance):,}원"


class CodeColumn(Column):
    """A code in groups of four."""

    def get_value(self, instance: Any) -> str:
        """As printed."""
        return spaced(instance.code)


class PartnerCreateView(CreateView):
    """A new partner is a payee at once."""

    def save_instance(self) -> Any:
        """Save and tell settlement."""
        return _with_payee(super().save_instance())


class PartnerEditView(EditView):
    """A partner's page."""

    def save_instance(self) -> Any:
        """Save and tell settlement."""
        return _with_payee(super().save_instance())


class PartnerViewSet(SnippetViewSet):
    """Partners in the CMS."""

    model = Partner
    chooser_viewset_class = finding_by("name", "place")
    icon = "site"
    menu_label = _("Partners")
    menu_name = "partners"
    menu_order = 30
    list_display = ("name", "place", "phone", "business_no")
    search_fields = ("name", "place")
    search_backend_name = None
    ordering = ("name",)
    copy_view_enabled = False
    add_view_class = PartnerCreateView
    edit_view_class = PartnerEditView
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("place")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("business_no")]),
        FieldPanel("commission_bp", help_text=_("In basis points: 300 is 3 %.")),
    ]


class VoucherTypeViewSet(SnippetViewSet):
    """Voucher types in the CMS."""

    model = VoucherType
    chooser_viewset_class = finding_by("name", "partner__name")
    icon = "tag"
    menu_label = _("Voucher types")
    menu_name = "voucher-types"
    menu_order = 40
    list_display = (
        "name",
        "partner",
        WonColumn("face_value", label=_("face value"), sort_key="face_value"),
        "funding",
        "valid_days",
    )
    list_filter = ("funding", "partner")
    search_fields = ("name", "partner__name")
    search_backend_name = None
    ordering = ("name",)
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
                    FieldPanel("partner"),
                    FieldRowPanel([FieldPanel("face_value"), FieldPanel("charge")]),
                    FieldRowPanel([FieldPanel("funding"), FieldPanel("valid_days")]),
                ],
                heading=_("The voucher"),
            ),
            MultiFieldPanel(
                [FieldPanel("condition"), FieldPanel("available"), FieldPanel("refund_rule")], heading=_("Its use")
            ),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return VoucherType.objects.select_related("partner")


class VoucherIndexView(DeskIndexView):
    """Vouchers with the sum that is still owed for them."""

    def get_page_subtitle(self) -> str:
        """What the town still owes."""
        issued = Voucher.objects.filter(state=VoucherState.ISSUED)
        owed = issued.aggregate(total=Sum("worth"))["total"] or 0
        return _now("%(owed)s won still to be used (%(count)s vouchers)") % {
            "owed": f"{owed:,}",
            "count": f"{issued.count():,}",
        }


class VoucherViewSet(SnippetViewSet):
    """Vouchers in the CMS: search, filter, look; only actions change them."""

    model = Voucher
    icon = "doc-full-inverse"
    menu_label = _("Vouchers")
    menu_name = "vouchers"
    menu_order = 50
    index_view_class = VoucherIndexView
    list_display = (
        CodeColumn("code", label=_("code"), sort_key="code"),
        "type",
        "resident",
        WonColumn("worth", label=_("owed to the partner when used"), sort_key="worth"),
        "expires_on",
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "funding", "type", "type__partner", "expires_on")
    list_export = ("code", "type", "order_number", "face_value", "paid", "worth", "issued_at", "expires_on", "state")
    export_filename = "vouchers"
    search_fields = ("code", "order_number", "type__name", "resident__user__email")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False
    inspect_view_enabled = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Voucher.objects.select_related("type__partner", "resident__user")


def _with_payee(partner: Partner) -> Partner:
    ensure_payee(partner.payee_ref, kind=PayeeKind.PARTNER, name=partner.name, business_no=partner.business_no)
    return partner
