"""Forms of the operators' console."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.municipalities.models import Municipality
from tenants.municipalities.registry import local_governments


def _closed_governments() -> list[tuple[str, str]]:
    taken = set(Municipality.objects.values_list("code", flat=True))
    known = local_governments()
    names = {code: known[one.parent_code].name_ko if one.parent_code else "" for code, one in known.items()}
    return [
        (code, f"{names[code]} {one.name_ko} ({code})".strip())
        for code, one in sorted(known.items())
        if code not in taken
    ]


class OpenForm(forms.Form):
    """Which local government, under which address, and who runs it."""

    code = forms.ChoiceField(label=_("Local government"), choices=_closed_governments)
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        help_text=_("Lower-case letters, digits and hyphens. It becomes the first part of the host name."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=60, required=False, help_text=_("Left empty, the official name is used.")
    )
    email = forms.EmailField(label=_("E-mail of the first manager"))


class WhyForm(forms.Form):
    """Why a municipality is moved; kept with the change."""

    why = forms.CharField(label=_("Reason"), max_length=300)
