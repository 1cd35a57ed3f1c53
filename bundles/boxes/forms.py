"""What residents choose about their boxes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bundles.boxes.models import ANSWERS, AddOn, Alternative, Remedy
from ui.templatetags.ui import won


class SwapForm(forms.Form):
    """Which alternative."""

    to = forms.ModelChoiceField(
        Alternative.objects.none(), label=_("Swap it for"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose one of the list."), "invalid_choice": _("Choose one of the list.")},
    )  # fmt: skip

    def __init__(self, *args: Any, alternatives: Any, left: dict[int, int], boxes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left, self.boxes = left, boxes
        field = self.fields["to"]
        field.queryset = alternatives  # type: ignore[attr-defined]
        field.label_from_instance = self._label  # type: ignore[attr-defined]

    def _label(self, one: Alternative) -> str:
        price = won(one.extra * self.boxes)
        more = _("+%(price)s") % {"price": price} if one.extra else _("no extra price")
        gone = "" if self.left.get(one.product_id, 0) >= one.pieces * self.boxes else f" · {_('sold out')}"
        words = f"{one.product.name} {one.product.spec} × {one.pieces * self.boxes}"
        return f"{words} · {one.product.merchant.name} · {more}{gone}"


class PiecesForm(forms.Form):
    """How many pieces."""

    pieces = forms.TypedChoiceField(
        label=_("How many pieces"), coerce=int, choices=(),
        error_messages={"invalid_choice": _("Choose how many pieces."), "required": _("Choose how many pieces.")},
    )  # fmt: skip

    def __init__(self, *args: Any, add_on: AddOn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = add_on.product.price
        self.fields["pieces"].choices = [  # type: ignore[attr-defined]
            (number, f"{number} · {won(price * number)}") for number in range(1, add_on.most + 1)
        ]


class RemedyForm(forms.Form):
    """What shall be done when something is short."""

    remedy = forms.ChoiceField(label=_("What should we do?"), widget=forms.RadioSelect, choices=ANSWERS)

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]] = ANSWERS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = list(choices)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Remedy:
        """The chosen one."""
        return Remedy(self.cleaned_data["remedy"])
