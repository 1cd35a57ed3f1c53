"""Partners, voucher types and vouchers on the staff's desk."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, InspectView, SnippetViewSet

from bundles.vouchers.actions.refunding import REFUNDABLE
from bundles.vouchers.desk import PAGES
from bundles.vouchers.models import Funding, Partner, Voucher, VoucherState, VoucherType
from bundles.vouchers.payees import payee_of
from bundles.vouchers.people import people
from bundles.vouchers.rules import ALL_WEEK, PAID_VALID_DAYS, days_of_lines
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


class VoucherTypeForm(WagtailAdminModelForm):
    """Staff's form of a voucher type, with its days of use as boxes and its days without use as lines."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("days of use"), coerce=int, choices=[(day, WEEKDAYS[day - 1]) for day in range(1, 8)],
        widget=forms.CheckboxSelectMultiple, initial=sorted(ALL_WEEK),
    )  # fmt: skip
    blackout_days = forms.CharField(
        label=_("days without use"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One day on each line, such as 2027-01-01, or a span such as 2027-07-25 ~ 2027-08-05."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["blackout_days"] = "\n".join(f"{day:%Y-%m-%d}" for day in sorted(self.instance.blackout_days))

    def clean_blackout_days(self) -> list[date]:
        """The days, each once; refuses a line that is none."""
        try:
            return days_of_lines(self.cleaned_data["blackout_days"])
        except ValueError as error:
            words = {"line": str(error)[:40]}
            raise forms.ValidationError(_now("%(line)s is no day or span of days.") % words) from error

    def clean(self) -> dict[str, Any]:
        """Paid vouchers are good for a year at least; who is given one does not pay."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        charge, days = found.get("charge") or 0, found.get("valid_days") or 0
        if charge > 0 and days < PAID_VALID_DAYS:
            self.add_error("valid_days", _now("A voucher that is paid for must be valid for 365 days at least."))
        if charge > 0 and found.get("funding") == Funding.CITY:
            self.add_error("charge", _now("A voucher that the municipality gives costs the buyer nothing: write 0."))
        opens, closes = found.get("opens_at"), found.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _now("The end must come after the beginning."))
        return found


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
        "kind",
        WonColumn("face_value", label=_("face value"), sort_key="face_value"),
        "funding",
        "valid_days",
    )
    list_filter = ("kind", "funding", "partner")
    search_fields = ("name", "partner__name")
    search_backend_name = None
    ordering = ("name",)
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
                    FieldRowPanel([FieldPanel("partner"), FieldPanel("kind")]),
                    FieldRowPanel([FieldPanel("face_value"), FieldPanel("charge")]),
                    FieldRowPanel([FieldPanel("funding"), FieldPanel("valid_days")]),
                ],
                heading=_("The voucher"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("weekdays"),
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at"), FieldPanel("usable_from")]),
                    FieldPanel("blackout_days"),
                    FieldRowPanel([FieldPanel("persons"), FieldPanel("is_transferable")]),
                    FieldPanel("companion_rule"),
                    FieldPanel("condition"),
                    FieldPanel("available"),
                    FieldPanel("refund_rule"),
                ],
                heading=_("Its use"),
            ),
        ],
        base_form_class=VoucherTypeForm,
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
        owed = issued.aggregate(total=Sum(F("worth") - F("earned")))["total"] or 0
        return _now("%(owed)s won still to be used (%(count)s vouchers)") % {
            "owed": f"{owed:,}",
            "count": f"{issued.count():,}",
        }

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The reports, the rules and the keys."""
        links = [
            ("liability", _now("Liability by age"), "vouchers.view_voucher"),
            ("uses", _now("Uses by day and partner"), "vouchers.view_voucher"),
            ("suspicious", _now("Suspicious patterns"), "vouchers.view_voucher"),
            ("policy", _now("Rules for vouchers"), "vouchers.change_voucherpolicy"),
            ("keys", _now("Signing keys"), "vouchers.change_signingkey"),
        ]
        mine = [
            Button(label, url=reverse(f"wagtailsnippets_vouchers_voucher:{name}"), priority=priority)
            for priority, (name, label, right) in enumerate(links, start=100)
            if self.request.user.has_perm(right)
        ]
        return [*super().header_more_buttons, *mine]


class VoucherInspectView(InspectView):
    """A voucher with its uses, its refunds and what may be done."""

    template_name = "vouchers/voucher_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add uses and refunds."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        voucher = self.object
        context |= {
            "uses": voucher.redemptions.select_related("partner").order_by("pk")[:100],
            "refunds": voucher.refunds.select_related("refund").order_by("pk"),
            "may_refund": voucher.state in REFUNDABLE and self.request.user.has_perm("orders.change_order"),
        }
        return context


class VoucherViewSet(SnippetViewSet):
    """Vouchers in the CMS: search, filter, look; only actions change them."""

    model = Voucher
    add_to_reference_index = False
    icon = "doc-full-inverse"
    menu_label = _("Vouchers")
    menu_name = "vouchers"
    menu_order = 50
    index_view_class = VoucherIndexView
    list_display = (
        CodeColumn("code", label=_("code"), sort_key="code"),
        "type",
        "resident",
        WonColumn("owed", label=_("owed to the partner when used"), sort_key="worth"),
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
    inspect_view_class = VoucherInspectView
    inspect_template_name = "vouchers/voucher_inspect.html"
    inspect_view_fields_exclude = ("id", "source")

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Voucher.objects.select_related("type__partner", "resident__user")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages, the reports, the rules and the keys."""
        return [*super().get_urlpatterns(), *PAGES]
