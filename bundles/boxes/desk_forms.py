"""What staff enter about boxes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.snippets.widgets import AdminSnippetChooser

from bundles.boxes.actions.ruling import must_fit_in_boxes
from bundles.boxes.models import BoxSettings
from bundles.plans.models import Component, Edition
from core.errors import Refusal
from malls.catalog.models import Product

MOST_PIECES, MOST_WON, MOST_SWAPS = 100, 1_000_000, 20


class AlternativeForm(forms.Form):
    """A component, and what it may be swapped for."""

    component = forms.ModelChoiceField(Component.objects.none(), label=_("Component"), empty_label=None)
    product = forms.ModelChoiceField(
        Product.objects.select_related("merchant"), label=_("Product instead"), widget=AdminSnippetChooser(Product)
    )
    pieces = forms.IntegerField(label=_("Pieces per box"), min_value=1, max_value=MOST_PIECES, initial=1)
    extra = forms.IntegerField(
        label=_("Extra price per box in won"), min_value=0, max_value=MOST_WON, initial=0,
        help_text=_("0 when it costs no more. A swap never makes a box cheaper."),
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = edition.components.select_related("product__merchant", "voucher_type")
        self.fields["component"].queryset = inside.order_by("position", "pk")  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """How many swaps."""

    most = forms.IntegerField(label=_("Swaps per box at most"), min_value=0, max_value=MOST_SWAPS)


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The mall's own rules."""

    class Meta:
        model = BoxSettings
        fields = ("policy", "fallback", "most_pieces")


class AddOnForm(WagtailAdminModelForm):
    """A product of the shelf."""

    def clean_product(self) -> Product:
        """On sale, and for everybody."""
        product: Product = self.cleaned_data["product"]
        try:
            must_fit_in_boxes(product)
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no
        return product
