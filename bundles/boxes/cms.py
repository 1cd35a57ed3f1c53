"""Boxes among the staff's menus: shortages, and the shelf of what rides along."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from bundles.boxes import desk
from bundles.boxes.desk_forms import AddOnForm
from bundles.boxes.models import AddOn
from malls.fulfillment.cms import DeskViewSet
from tenants.people.menu import BUNDLES


class BoxesViewSet(DeskViewSet):
    """부족: what is short, swap rules, the mall's rules."""

    name = "boxes"
    icon = "warning"
    menu_label = _("Short of stock")
    menu_hook = BUNDLES
    menu_order = 22
    permission = "boxes.view_shortage"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", desk.shortages, name="index"),
            path("shortages/<int:pk>/", desk.shortage, name="shortage"),
            path("editions/<int:pk>/", desk.edition, name="edition"),
            path("rules/", desk.rules, name="rules"),
        ]


class AddOnViewSet(SnippetViewSet):
    """The shelf of products that ride along."""

    model = AddOn
    icon = "plus"
    menu_label = _("Add-on shelf")
    menu_name = "add-ons"
    menu_order = 25
    list_display = (
        "product",
        "most",
        "position",
        BooleanColumn("is_offered", label=_("offered"), sort_key="is_offered"),
    )
    list_filter = ("is_offered",)
    search_fields = ("product__name", "product__merchant__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("position", "pk")
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("product"),
                    FieldRowPanel([FieldPanel("most"), FieldPanel("position"), FieldPanel("is_offered")]),
                ],
                heading=_("A product that rides along"),
                help_text=_("It may be added to any box, without another shipping fee, at its price in the mall."),
            ),
        ],
        base_form_class=AddOnForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return AddOn.objects.select_related("product__merchant")
