"""Products and the import desk among the staff's menus."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core.actor import Actor
from core.clock import now
from malls.catalog import actions, desk
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.catalog.rules import NOTICE
from malls.merchants.actions import approve_merchants
from malls.merchants.choosing import finding_by
from malls.merchants.cms import DeskIndexView, MerchantViewSet, StateColumn, StateEditView, Verb, move_view
from malls.merchants.models import Merchant
from malls.merchants.onboarding.vocabulary import ALLERGENS
from ui.columns import WonColumn

NOTICE_WORDS: dict[str, Any] = {
    "food_type": _("Food type"),
    "ingredients": _("Ingredients and shares"),
    "producer": _("Producer and place"),
    "made_on": _("Made on"),
    "use_by": _("Use-by date"),
    "nutrition": _("Nutrition"),
    "gmo": _("Genetically modified"),
    "caution": _("Cautions for consumers"),
    "storage": _("How to keep and handle"),
    "import": _("Import report"),
    "contact": _("Consumer hotline"),
}
VERBS: dict[str, tuple[Any, Verb, bool]] = {
    "submit": (_("Hand in"), actions.submit_product, False),
    "approve": (_("Approve"), actions.approve_product, False),
    "return": (_("Send back"), actions.return_product, True),
    "retire": (_("Take off the shelf"), actions.retire_product, True),
}
OPEN: dict[str, tuple[str, ...]] = {
    ProductState.DRAFT: ("submit", "retire"),
    ProductState.SUBMITTED: ("approve", "return", "retire"),
    ProductState.RETURNED: ("submit", "retire"),
    ProductState.APPROVED: ("retire",),
    ProductState.RETIRED: (),
}


class ProductForm(WagtailAdminModelForm):
    """A product with its stock and the fields of its statutory notice, each on its own."""

    available = forms.IntegerField(label=_("Pieces that can be sold"), min_value=0, max_value=1_000_000, required=False)
    allergens = forms.MultipleChoiceField(
        label=_("Allergens"),
        choices=[(name, name) for name, _words in ALLERGENS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stock = Stock.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        self.initial["available"] = stock.available if stock else 0
        for name in NOTICE:
            self.initial[f"notice_{name}"] = (self.instance.notice or {}).get(name, "")

    def clean_price(self) -> int:
        """Nothing is given away by a slip."""
        price: int = self.cleaned_data["price"]
        if price <= 0:
            raise forms.ValidationError(_("The price must be an amount above 0 won."))
        return price

    def save(self, commit: bool = True) -> Product:  # noqa: FBT001, FBT002  Django's shape
        """Keep the notice's fields together and the stock beside the product."""
        notice = {name: self.cleaned_data.get(f"notice_{name}", "").strip() for name in NOTICE}
        self.instance.notice = {name: text for name, text in notice.items() if text}
        if not self.instance.slug:
            slug = actions.address_of(self.instance.name, self.instance.spec, self.instance.merchant_id)
            same = Product.objects.filter(slug__startswith=slug).count()
            self.instance.slug = f"{slug}-{same + 1}" if same else slug
        product: Product = super().save(commit=commit)
        if commit and self.cleaned_data.get("available") is not None:
            actions.set_stock(product.pk, self.cleaned_data["available"])
        return product


for _name, _word in NOTICE_WORDS.items():
    ProductForm.declared_fields[f"notice_{_name}"] = ProductForm.base_fields[f"notice_{_name}"] = forms.CharField(
        label=_word, required=False, max_length=500
    )


class StockColumn(Column):
    """Pieces that can be sold."""

    def get_value(self, instance: Any) -> Any:
        """Sold out stands out."""
        stock = getattr(instance, "stock", None)
        return (stock.available if stock else 0) or _("sold out")


class ProductEditView(StateEditView):
    """A product's page with its own moves."""

    verbs = VERBS
    open_verbs = OPEN


class ProductViewSet(SnippetViewSet):
    """Products in the CMS."""

    model = Product
    icon = "tag"
    chooser_viewset_class = finding_by("name", "spec", "merchant__name")
    menu_label = _("Products")
    menu_name = "products"
    menu_order = 20
    list_display = (
        "name",
        "merchant",
        "spec",
        WonColumn("price", label=_("price"), sort_key="price"),
        StockColumn("stock", label=_("stock")),
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "category", "tax_type", "storage", "merchant")
    list_export = (
        "merchant", "name", "spec", "price", "get_tax_type_display", "get_storage_display", "origin", "shelf_days",
        "get_state_display",
    )  # fmt: skip
    export_headings = {
        "get_tax_type_display": _("tax type"),
        "get_storage_display": _("storage"),
        "get_state_display": _("state"),
    }
    export_filename = "products"
    search_fields = ("name", "merchant__name", "origin")
    search_backend_name = None
    list_per_page = 30
    ordering = ("merchant__name", "name")
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = (
        "merchant", "name", "spec", "category", "summary", "description", "price", "tax_type", "storage", "shelf_days",
        "origin", "notice_kind", "adult_only", "state", "approved_at",
    )  # fmt: skip
    index_view_class = DeskIndexView
    edit_view_class = ProductEditView
    edit_template_name = "catalog/product_edit.html"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("merchant"),
                    FieldRowPanel([FieldPanel("name"), FieldPanel("spec")]),
                    FieldRowPanel([FieldPanel("category"), FieldPanel("summary")]),
                    FieldPanel("description"),
                    FieldPanel("image"),
                ],
                heading=_("The product"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("price"), FieldPanel("tax_type")]),
                    FieldRowPanel([FieldPanel("available"), FieldPanel("storage")]),
                    FieldRowPanel([FieldPanel("shelf_days"), FieldPanel("adult_only")]),
                ],
                heading=_("Price and stock"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("notice_kind"), FieldPanel("origin")]),
                    *(FieldPanel(f"notice_{name}") for name in NOTICE),
                    FieldPanel("allergens"),
                ],
                heading=_("Statutory notice"),
            ),
        ],
        base_form_class=ProductForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Product.objects.select_related("merchant", "stock", "category")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages and the moves."""
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/", move_view(Product, VERBS, "catalog.change_product"), name="move"),
        ]


class CategoryViewSet(SnippetViewSet):
    """The shelves."""

    model = Category
    icon = "list-ul"
    menu_label = _("Shelves")
    menu_name = "shelves"
    menu_order = 40
    list_display = ("name", "slug", "family", "position")
    search_fields = ("name",)
    search_backend_name = None
    ordering = ("position",)
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("family"), FieldPanel("position")]),
    ]


class DeskMenuItem(MenuItem):
    """Shown to those who may take merchants in."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only the onboarding desk imports lists."""
        return request.user.has_perm(desk.PERMISSION)


class ImportViewSet(ViewSet):
    """The import desk: upload, preview, confirm, result."""

    name = "onboarding"
    icon = "upload"
    menu_label = _("Import a list")
    menu_name = "import-list"
    menu_order = 30
    menu_item_class = DeskMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Upload, preview, result, error workbook."""
        return [
            path("", desk.upload, name="index"),
            path("<int:pk>/", desk.preview, name="preview"),
            path("<int:pk>/commit/", desk.commit, name="commit"),
            path("<int:pk>/discard/", desk.discard, name="discard"),
            path("<int:pk>/report/", desk.report, name="report"),
        ]


class OnboardingGroup(SnippetViewSetGroup):
    """Everything about merchants and what they sell."""

    items = (MerchantViewSet, ProductViewSet, ImportViewSet, CategoryViewSet)
    menu_icon = "store"
    menu_label = _("Shops and products")
    menu_name = "onboarding"
    menu_order = 210


class ApproveBulkAction(SnippetBulkAction):
    """Approve what was chosen and say who waits."""

    display_name = _("Approve")
    action_type = "approve"
    aria_label = _("Approve the chosen rows")
    template_name = "catalog/confirm_approve.html"
    action_priority = 10
    models = [Merchant, Product]

    @cached_property
    def permission(self) -> str:
        """The right that is needed."""
        return "merchants.change_merchant" if self.model is Merchant else "catalog.change_product"

    def check_perm(self, snippet: Any) -> bool:
        """By duty."""
        del snippet
        allowed: bool = self.request.user.has_perm(self.permission)
        return allowed

    def get_execution_context(self) -> dict[str, Any]:
        """Who approves."""
        return {**super().get_execution_context(), "user": self.request.user}

    @classmethod
    def execute_action(cls, objects: Any, user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Approve in one go; the numbers of approved and waiting rows."""
        approve = approve_merchants if kwargs["self"].model is Merchant else actions.approve_products
        done: Any = approve(objects, by=Actor.of(user), at=now())
        return len(done.approved), len(done.waiting)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Both numbers."""
        waiting = _("Papers are missing or the merchant is not approved yet for %(waiting)d.") % {
            "waiting": num_child_objects
        }
        done = _("%(done)d approved.") % {"done": num_parent_objects}
        return f"{done} {waiting}" if num_child_objects else str(done)
