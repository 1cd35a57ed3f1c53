"""Forms of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

from tenants.people.duties import WORK, Duty


class StaffLoginForm(LoginForm):
    """Wagtail's log-in with every label in the catalog."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")


class DutiesForm(forms.Form):
    """Which duties somebody has. `duties` is a list of Duty."""

    duties = forms.MultipleChoiceField(
        label=_("Duties"),
        choices=[(duty.value, duty.value) for duty in Duty],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one duty. To take all of them away, close the account.")},
    )

    def clean_duties(self) -> list[Duty]:
        """As duties."""
        return [Duty(name) for name in self.cleaned_data["duties"]]

    def choices(self) -> list[dict[str, Any]]:
        """Each duty with what it is there for, for the template."""
        held = self["duties"].value() or []
        return [{"name": duty.value, "work": WORK[duty], "held": duty.value in held} for duty in Duty]


class PersonForm(forms.Form):
    """Whom an invitation goes to."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))


class InviteForm(DutiesForm, PersonForm):
    """An invitation of staff."""

    field_order = ("name", "email", "duties")
