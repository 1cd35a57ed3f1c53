"""Partners, voucher types and vouchers on the staff's desk."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from bundles.vouchers.models import Partner, Voucher, VoucherState, VoucherType
from bundles.vouchers.payees import payee_of
from bundles.vouchers.people import people
from core.ids import spaced
from malls.merchants.banking import Account, account_page
from malls.merchants.choosing import finding_by
from malls.merchants.cms import DeskIndexView, StateColumn
from settlement.statements.actions import set_bank, verify_bank


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
        partner = super().save_instance()
        payee_of(partner)
        return partner


class PartnerEditView(EditView):
    """A partner's page."""

    def save_instance(self) -> Any:
        """Save and tell settlement."""
        partner = super().save_instance()
        payee_of(partner)
        return partner


@permission_required("vouchers.change_partner", raise_exception=True)
def bank_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of a partner; settlement keeps it."""
    partner = get_object_or_404(Partner, pk=pk)
    payee = payee_of(partner)
    account = Account(
        partner.name,
        payee.bank_code,
        payee.account,
        payee.holder,
        is_confirmed=payee.bank_verified,
        back=reverse("wagtailsnippets_vouchers_partner:edit", args=[pk]),
    )
    return account_page(
        request,
        account,
        change=lambda bank, number, holder, by: set_bank(payee, bank_code=bank, account=number, holder=holder, by=by),
        verify=lambda by: verify_bank(payee, by=by),
    )


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
    edit_template_name = "vouchers/partner_edit.html"
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("place")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("business_no")]),
        FieldPanel("commission_bp", help_text=_("In basis points: 300 is 3 %.")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages, the bank account and the people."""
        return [
            *super().get_urlpatterns(),
            path("bank/<int:pk>/", bank_account, name="bank"),
            path("people/<int:pk>/", people, name="people"),
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
