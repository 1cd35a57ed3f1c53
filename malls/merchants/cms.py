"""Merchants on the staff's desk: list, form, papers, states, bank account."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from core.state import Transition
from malls.merchants import actions
from malls.merchants.access import keep_access
from malls.merchants.banking import Account, account_page
from malls.merchants.choosing import finding_by
from malls.merchants.crew import Crew, crew_page
from malls.merchants.models import Merchant, MerchantMember, MerchantState
from malls.merchants.onboarding.report import harmless
from malls.merchants.onboarding.values import passes_check
from tenants.people.models import User

Verb = Callable[..., object]
VERBS: dict[str, tuple[Any, Verb, bool]] = {
    "approve": (_("Approve"), actions.approve_merchant, False),
    "return": (_("Send back"), actions.return_merchant, True),
    "submit": (_("Hand in again"), actions.submit_merchant, False),
    "suspend": (_("Suspend"), actions.suspend_merchant, True),
    "close": (_("Close for good"), actions.close_merchant, True),
}
"""What staff may do with a merchant: word, action, whether a reason is needed."""
OPEN: dict[str, tuple[str, ...]] = {
    MerchantState.INVITED: ("submit", "close"),
    MerchantState.SUBMITTED: ("approve", "return", "close"),
    MerchantState.IN_REVIEW: ("approve", "return", "close"),
    MerchantState.RETURNED: ("submit", "close"),
    MerchantState.APPROVED: ("suspend", "close"),
    MerchantState.SUSPENDED: ("approve", "close"),
    MerchantState.CLOSED: (),
}


class DeskIndexView(IndexView):
    """A list whose exports run no formula and are kept in the access log."""

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """A row of the export, with cells that no spreadsheet runs."""
        row = super().to_row_dict(item)
        return {name: harmless(value) if isinstance(value, str) else value for name, value in row.items()}

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Keep who took the list away."""
        if getattr(self, "is_export", False):
            keep_access(self.request, "export", str(self.model._meta.verbose_name_plural))  # noqa: SLF001  public in all but name
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response


class MerchantForm(WagtailAdminModelForm):
    """Staff's form; the bank account has a page of its own."""

    def clean_business_no(self) -> str:
        """Ten digits that pass the check digit; hyphens and spaces do not matter."""
        digits = "".join(letter for letter in self.cleaned_data["business_no"] if letter.isdigit())
        full = 10
        if len(digits) != full:
            raise forms.ValidationError(_("The business number must have ten digits."))
        if not passes_check(digits):
            raise forms.ValidationError(
                _("The business number does not pass its check digit: compare it with the certificate.")
            )
        return digits


class StateEditView(EditView):
    """An edit page that shows the state, what may be done, and what was."""

    verbs: dict[str, tuple[Any, Verb, bool]] = VERBS
    open_verbs: dict[str, tuple[str, ...]] = OPEN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the state's panel."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        open_now = self.open_verbs.get(self.object.state, ())
        context["doable"] = [(verb, self.verbs[verb][0], self.verbs[verb][2]) for verb in open_now]
        context["move_url"] = reverse(f"{self.object.snippet_viewset.url_namespace}:move", args=(self.object.pk,))
        label = self.model._meta.label  # noqa: SLF001  public in all but name
        context["transitions"] = [
            (_state_word(self.model, step.after), step)
            for step in Transition.objects.filter(thing=label, thing_id=self.object.pk).order_by("-id")[:6]
        ]
        return context


def _state_word(model: Any, state: str) -> str:
    field = model._meta.get_field("state")  # noqa: SLF001  public in all but name
    return str(dict(field.flatchoices).get(state, state))


class StateColumn(Column):
    """A state as a labelled tag."""

    cell_template_name = "merchants/_state_cell.html"

    def get_value(self, instance: Any) -> Any:
        """The row itself."""
        return instance


def move_view(
    model: Any, verbs: dict[str, tuple[Any, Verb, bool]], permission: str
) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that does one of `verbs` with one row, for staff with `permission`."""

    @permission_required(permission, raise_exception=True)
    @require_http_methods(["POST"])
    def move(request: HttpRequest, pk: int) -> HttpResponse:
        thing = get_object_or_404(model, pk=pk)
        back = redirect(f"{thing.snippet_viewset.url_namespace}:edit", pk)
        if request.POST.get("verb", "") not in verbs:
            return back
        word, action, needs_reason = verbs[request.POST["verb"]]
        why = request.POST.get("why", "").strip()[:300]
        if needs_reason and not why:
            messages.error(request, _("Write the reason first: the merchant will read it."))
            return back
        try:
            action(thing, by=Actor.of(request.user), at=now(), **({"why": why} if needs_reason else {}))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{thing}: {word}")
        return back

    return move


@permission_required("merchants.change_merchant", raise_exception=True)
def bank_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of a merchant."""
    merchant = get_object_or_404(Merchant, pk=pk)
    account = Account(
        merchant.name,
        merchant.bank_code,
        merchant.account_no,
        merchant.account_holder,
        is_confirmed=merchant.bank_verified_at is not None,
        back=reverse("wagtailsnippets_merchants_merchant:edit", args=[pk]),
    )
    return account_page(
        request,
        account,
        change=lambda bank, number, holder, by: actions.change_bank_account(pk, bank, number, holder, by=by),
        verify=lambda by: actions.verify_bank_account(pk, by=by, at=now()),
    )


@permission_required("merchants.change_merchant", raise_exception=True)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may use a merchant's pages."""
    merchant = get_object_or_404(Merchant, pk=pk)
    crew = Crew(
        merchant.name,
        _now("merchant: %(name)s") % {"name": merchant.name},
        User.objects.filter(merchant_member__merchant=merchant),
        lambda user: MerchantMember.objects.create(merchant=merchant, user=user),
        reverse("wagtailsnippets_merchants_merchant:edit", args=[pk]),
    )
    return crew_page(request, crew)


class BusinessNoColumn(Column):
    """A business number as people write it."""

    def get_value(self, instance: Any) -> str:
        """3-2-5."""
        number = instance.business_no
        return f"{number[:3]}-{number[3:5]}-{number[5:]}"


class MerchantViewSet(SnippetViewSet):
    """Merchants in the CMS."""

    model = Merchant
    chooser_viewset_class = finding_by("name", "business_no")
    icon = "group"
    menu_label = _("Merchants")
    menu_name = "merchants"
    menu_order = 10
    list_display = (
        "name",
        BusinessNoColumn("business_no", label=_("business number"), sort_key="business_no"),
        "representative",
        "main_items",
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "tax_standing", "settlement_cycle", "bank_code")
    list_export = (
        "name", "business_no", "representative", "business_type", "main_items", "postcode", "address", "phone",
        "mobile", "email", "mail_order_no", "get_tax_standing_display", "get_bank_name", "masked_account",
        "account_holder", "get_state_display", "note",
    )  # fmt: skip
    export_headings = {
        "get_tax_standing_display": _("tax standing"),
        "get_bank_name": _("bank"),
        "masked_account": _("account number"),
        "get_state_display": _("state"),
    }
    export_filename = "merchants"
    search_fields = ("name", "business_no", "representative", "main_items", "address", "email", "mobile")
    search_backend_name = None
    list_per_page = 30
    ordering = ("name",)
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = (
        "name", "business_no", "representative", "business_type", "main_items", "address", "phone", "mobile", "email",
        "mail_order_no", "tax_standing", "bank_code", "account_holder", "commission_bp", "settlement_cycle", "state",
        "approved_at", "note",
    )  # fmt: skip
    index_view_class = DeskIndexView
    edit_view_class = StateEditView
    edit_template_name = "merchants/merchant_edit.html"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("business_no")]),
                    FieldRowPanel([FieldPanel("representative"), FieldPanel("tax_standing")]),
                    FieldRowPanel([FieldPanel("business_type"), FieldPanel("main_items")]),
                    FieldPanel("mail_order_no", help_text=_("Without a number write the reason: 면제(간이과세자)")),
                ],
                heading=_("The business"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("postcode"), FieldPanel("address")]),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("mobile")]),
                    FieldRowPanel([FieldPanel("email"), FieldPanel("manager")]),
                ],
                heading=_("Where to reach them"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("commission_bp", help_text=_("100 is 1 %")), FieldPanel("settlement_cycle")]
                    ),
                    FieldPanel("note"),
                ],
                heading=_("Settlement and notes"),
            ),
        ],
        base_form_class=MerchantForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages, the moves, the bank account and the people."""
        move = move_view(Merchant, VERBS, "merchants.change_merchant")
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/", move, name="move"),
            path("bank/<int:pk>/", bank_account, name="bank"),
            path("people/<int:pk>/", people, name="people"),
        ]
