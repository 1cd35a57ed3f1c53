"""Bundles and editions on the staff's desk: compose, see the allocated prices, publish."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from bundles.plans import actions, rules
from bundles.plans.errors import AmountNegative, EditionFrozen, PriceNotPositive
from bundles.plans.models import Bundle, Edition, EditionState, MallDay
from bundles.plans.panels import edition_panels
from bundles.plans.rules import Part
from core.actor import Actor
from core.clock import now
from malls.catalog.models import ProductState
from malls.merchants.choosing import finding_by
from malls.merchants.cms import StateColumn, StateEditView, Verb, move_view
from malls.merchants.models import MerchantState
from ui.columns import MonthColumn, WonColumn

VERBS: dict[str, tuple[Any, Verb, bool]] = {
    "submit": (_("Hand in"), actions.submit_edition, False),
    "publish": (_("Publish and freeze"), actions.publish_edition, False),
    "return": (_("Send back"), actions.return_edition, True),
    "retire": (_("Take off sale"), actions.retire_edition, False),
}
OPEN: dict[str, tuple[str, ...]] = {
    EditionState.DRAFT: ("publish", "submit", "retire"),
    EditionState.SUBMITTED: ("publish", "return", "retire"),
    EditionState.RETURNED: ("submit", "retire"),
    EditionState.APPROVED: ("retire",),
    EditionState.RETIRED: (),
}


class EditionForm(WagtailAdminModelForm):
    """An edition with its components; whatever could not be published is said at saving, in words."""

    def clean_month(self) -> Any:
        """Editions begin on the first of a month."""
        return self.cleaned_data["month"].replace(day=1)

    def clean_price(self) -> int:
        """Above zero."""
        price: int = self.cleaned_data["price"]
        if price <= 0:
            raise forms.ValidationError(str(PriceNotPositive()))
        return price

    def clean_shipping(self) -> int:
        """Zero or more."""
        shipping: int = self.cleaned_data["shipping"]
        if shipping < 0:
            raise forms.ValidationError(str(AmountNegative(name=_("shipping"))))
        return shipping

    def clean(self) -> dict[str, Any]:
        """What is frozen stays."""
        data: dict[str, Any] = super().clean()
        if self.instance.pk and self.instance.state in actions.FROZEN:
            raise forms.ValidationError(str(EditionFrozen(edition=self.instance)))
        return data

    def is_valid(self) -> bool:
        """Look at price and components together."""
        if not super().is_valid():
            return False
        rows = [one.cleaned_data for one in self.formsets["components"].forms if one.cleaned_data]
        parts = [_part(row) for row in rows if not row.get("DELETE")]
        for problem in rules.problems(self.cleaned_data["price"], self.cleaned_data["shipping"], parts):
            self.add_error(None, str(problem))
        return not self.errors


class EditionCreateView(CreateView):
    """A new edition."""

    def save_instance(self) -> Any:
        """Save, then share the price out."""
        return actions.compose_edition(super().save_instance())


class EditionEditView(StateEditView):
    """An edition with its moves and the allocation of its price."""

    verbs = VERBS
    open_verbs = OPEN

    def save_instance(self) -> Any:
        """Save, then share the price out anew."""
        return actions.compose_edition(super().save_instance())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what each component gets of the price."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        rows = self.object.components.select_related("product__merchant", "voucher_type__partner")
        context["allocated"] = rows.order_by("position", "pk")
        context["problems"] = [str(one) for one in actions.problems_of(self.object)] if self._is_open else []
        context["total"] = self.object.price + self.object.shipping
        context["more_panels"] = [(template, part(self.object)) for template, part in edition_panels]
        return context

    @property
    def _is_open(self) -> bool:
        return self.object.state not in actions.FROZEN


class EditionViewSet(SnippetViewSet):
    """Editions in the CMS."""

    model = Edition
    icon = "calendar"
    menu_label = _("Monthly editions")
    menu_name = "editions"
    menu_order = 20
    list_display = (
        "bundle",
        MonthColumn("month", label=_("month"), sort_key="month"),
        WonColumn("price", label=_("price"), sort_key="price"),
        WonColumn("list_price", label=_("worth apart")),
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "month", "bundle")
    search_fields = ("bundle__name",)
    search_backend_name = None
    list_per_page = 30
    ordering = ("-month", "bundle__name")
    copy_view_enabled = False
    add_view_class = EditionCreateView
    edit_view_class = EditionEditView
    edit_template_name = "plans/edition_edit.html"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("bundle"), FieldPanel("month")]),
                    FieldRowPanel([FieldPanel("price"), FieldPanel("shipping")]),
                ],
                heading=_("The edition"),
            ),
            InlinePanel(
                "components",
                [
                    FieldRowPanel([FieldPanel("product"), FieldPanel("voucher_type")]),
                    FieldRowPanel([FieldPanel("quantity"), FieldPanel("unit_price"), FieldPanel("position")]),
                ],
                heading=_("Components"),
                label=_("component"),
                help_text=_(
                    "A product or a voucher in each row. With 0 as the price apart, the present price is taken."
                ),
            ),
        ],
        base_form_class=EditionForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Edition.objects.select_related("bundle")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages and the moves."""
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/", move_view(Edition, VERBS, "plans.publish_edition"), name="move"),
        ]


class BundleCreateView(CreateView):
    """A new bundle."""

    def save_instance(self) -> Any:
        """Save, and draw the storefront anew."""
        saved = super().save_instance()
        actions.show_anew()
        return saved


class BundleEditView(EditView):
    """A bundle's page."""

    def save_instance(self) -> Any:
        """Save, and draw the storefront anew."""
        saved = super().save_instance()
        actions.show_anew()
        return saved


class BundleViewSet(SnippetViewSet):
    """Bundles in the CMS."""

    model = Bundle
    chooser_viewset_class = finding_by("name", "tagline")
    icon = "pick"
    menu_label = _("Bundles")
    menu_name = "bundles"
    menu_order = 10
    list_display = (
        "name",
        "category",
        "ship_weekday",
        "subscribers",
        BooleanColumn("is_listed", label=_("listed in the mall"), sort_key="is_listed"),
    )
    list_filter = ("category", "is_listed")
    search_fields = ("name", "tagline")
    search_backend_name = None
    list_per_page = 30
    ordering = ("position", "name")
    copy_view_enabled = False
    add_view_class = BundleCreateView
    edit_view_class = BundleEditView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
                    FieldPanel("tagline"),
                    FieldPanel("story"),
                    FieldPanel("image"),
                ],
                heading=_("The bundle"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("category"), FieldPanel("ship_weekday")]),
                    FieldRowPanel([FieldPanel("cutoff_hours"), FieldPanel("cutoff_before")]),
                    FieldRowPanel([FieldPanel("position"), FieldPanel("is_listed")]),
                ],
                heading=_("Where and when"),
                help_text=_(
                    "With 0 hours residents may change a box until the end of the day before. 48 hours before the"
                    " shipping day gives the shops two days to prepare. Boxes already scheduled keep their own."
                ),
            ),
            InlinePanel(
                "plans",
                [
                    FieldRowPanel([FieldPanel("cadence"), FieldPanel("term_months")]),
                    FieldRowPanel([FieldPanel("payment"), FieldPanel("discount_bp")]),
                    FieldPanel("is_offered"),
                ],
                heading=_("Plans"),
                label=_("plan"),
                help_text=_(
                    "A term of 0 has no end. The term discount is in basis points: 500 is 5 %. A term of 3, 6 or 12"
                    " months can be paid in advance: residents pay once for all its boxes, and the page shows the whole"
                    " price and what goes back on leaving. It ends by itself."
                ),
            ),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Bundle.objects.select_related("category")


class DayCreateView(CreateView):
    """A new special day."""

    @transaction.atomic
    def save_instance(self) -> Any:
        """Save, and agree anew on the days that can no longer be kept."""
        saved = super().save_instance()
        actions.keep_to_days(by=Actor.of(self.request.user), at=now())
        return saved


class DayEditView(EditView):
    """A special day."""

    @transaction.atomic
    def save_instance(self) -> Any:
        """Save, and agree anew on the days that can no longer be kept."""
        saved = super().save_instance()
        actions.keep_to_days(by=Actor.of(self.request.user), at=now())
        return saved


class DayDeleteView(DeleteView):
    """A special day that is an ordinary one after all."""

    @transaction.atomic
    def delete_action(self) -> None:
        """Delete, and agree anew."""
        super().delete_action()
        actions.keep_to_days(by=Actor.of(self.request.user), at=now())


class MallDayViewSet(SnippetViewSet):
    """Special days in the CMS: the hub's closed and working days, couriers' days off."""

    model = MallDay
    icon = "date"
    menu_label = _("Special days")
    menu_name = "special-days"
    menu_order = 25
    list_display = ("on", "kind", "name")
    list_filter = ("kind", "on")
    search_fields = ("name",)
    search_backend_name = None
    list_per_page = 30
    ordering = ("-on",)
    copy_view_enabled = False
    add_view_class = DayCreateView
    edit_view_class = DayEditView
    delete_view_class = DayDeleteView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("on"), FieldPanel("kind")]), FieldPanel("name")],
                heading=_("The day"),
                help_text=_(
                    "It wins over the public calendar. Boxes already scheduled for it get the next possible day, and"
                    " their residents see why in my page."
                ),
            )
        ]
    )


def _part(row: dict[str, Any]) -> Part:
    """A row of the form as the rules weigh it."""
    product, voucher = row.get("product"), row.get("voucher_type")
    quantity = row.get("quantity") or 1
    price = row.get("unit_price") or 0
    if product:
        offered = product.state == ProductState.APPROVED and product.merchant.state == MerchantState.APPROVED
        return Part(product.name, price or product.price, quantity, offered)
    return Part(voucher.name, price or voucher.charge, quantity) if voucher else Part("?", price, quantity)
