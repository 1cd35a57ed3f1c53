"""The desk in the Wagtail admin: menu, addresses, payees and the bank file templates."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from settlement.payouts import acts, desk
from settlement.payouts.models import BankFileTemplate
from settlement.statements.banks import bank_name
from settlement.statements.models import Payee, Statement, Terms
from settlement.statements.paper import business_no_text
from ui.templatetags.ui import won


class DeskMenuItem(MenuItem):
    """Shown to those who may look at statements."""

    def is_shown(self, request: Any) -> bool:
        """Whether this person works at the desk."""
        return bool(request.user.has_perm("statements.view_statement"))


class SettlementDesk(ViewSet):
    """정산기간: from open to paid."""

    name = "settlement"
    icon = "calendar-check"
    menu_label = _("Settlement periods")

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        """The way to the periods."""
        return DeskMenuItem(
            label=self.menu_label, url=self.menu_url, name="settlement-periods", icon_name=self.icon, order=order or 0
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses of the desk."""
        return [
            path("", desk.periods, name="periods"),
            path("periods/<str:key>/", desk.period, name="period"),
            path("periods/<str:key>/files/<str:kind>/", desk.period_file, name="period_file"),
            path("statements/<str:number>/", desk.statement, name="statement"),
            path("statements/<str:number>/files/<str:kind>/", desk.statement_file, name="statement_file"),
            path("batches/<str:number>/file/", desk.batch_file, name="batch_file"),
            path("do/<str:kind>/<str:name>/<str:verb>/", acts.act, name="act"),
        ]


class PayeeView(generic.InspectView):
    """One payee: facts, hold, statements."""

    template_name = "payouts/desk/payee.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its latest statements and whether this person may hold it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        latest = Statement.objects.filter(payee=self.object).order_by("-period__starts_on")[:12]
        return context | {
            "payee": self.object,
            "bank": bank_name(self.object.bank_code),
            "business_no": business_no_text(self.object.business_no),
            "statements": list(latest),
            "may_hold": self.request.user.has_perm("statements.close_period"),
        }


class PayeeViewSet(ModelViewSet):
    """정산대상: who is paid, and what stops it. Facts come from the merchants' and partners' own desks."""

    model = Payee
    name = "payees"
    icon = "group"
    menu_label = _("Payees")
    inspect_view_enabled = True
    inspect_view_class = PayeeView
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ("name",)
    search_fields = ("name", "business_no", "holder")
    list_filter = ("kind", "held", "bank_verified")
    list_display = (
        "name",
        Column("get_kind_display", label=_("kind")),
        Column("business_no", label=_("business number")),
        Column("masked_account", label=_("account number")),
        BooleanColumn("bank_verified", label=_("account verified")),
        BooleanColumn("held", label=_("held")),
    )


class TermsViewSet(ModelViewSet):
    """정산 조건: newer terms are added, older ones stay."""

    model = Terms
    name = "settlement_terms"
    icon = "doc-full"
    menu_label = _("Settlement terms")
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ("payee", "from_on", "commission_bp", "shipping_bp", "vat_mode", "rounding", "pay_day", "min_payout")
    list_display = (
        "__str__",
        "from_on",
        "pay_day",
        Column("min_payout", label=_("smallest payment"), accessor=lambda terms: won(terms.min_payout)),
    )

    def get_queryset(self, request: Any) -> Any:
        """With their payees."""
        del request
        return Terms.objects.select_related("payee")


class BankFileTemplateViewSet(ModelViewSet):
    """은행 파일 양식: the columns of each bank."""

    model = BankFileTemplate
    name = "bank_file_templates"
    icon = "table"
    menu_label = _("Bank file templates")
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ("name", "bank_code", "has_header", "from_account", "memo", "columns")
    list_display = (
        "name",
        Column("bank_code", label=_("bank"), accessor=lambda template: bank_name(template.bank_code)),
        BooleanColumn("has_header", label=_("first row holds the headings")),
    )


class SettlementGroup(ViewSetGroup):
    """정산."""

    menu_label = _("Settlement")
    menu_icon = "calendar-check"
    menu_order = 500
    items = (SettlementDesk(), PayeeViewSet(), TermsViewSet(), BankFileTemplateViewSet())
