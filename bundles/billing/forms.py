"""The one page of joining."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bundles.plans.views import Choice
from malls.customers.models import Address, Resident
from malls.payments.models import PaymentMethod


class JoinForm(forms.Form):
    """Plan with its price as shown, address, card, and the explicit agreement (never ticked beforehand, 영 §9)."""

    choice = forms.ChoiceField(label=_("How often"), widget=forms.RadioSelect)
    address = forms.ModelChoiceField(
        Address.objects.none(), label=_("Send to"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose an address to send the box to.")},
    )  # fmt: skip
    method = forms.ModelChoiceField(
        PaymentMethod.objects.none(), label=_("Pay with"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose a saved card to pay with.")},
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I agree to pay the amount shown above at every delivery, beginning today, until I pause or cancel."),
        error_messages={"required": _("Please agree to the amount and the dates to subscribe.")},
    )
    request_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, resident: Resident, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {value_of(one): one for one in choices}
        self.fields["choice"].choices = [(value, one.plan.label) for value, one in self.choices.items()]  # type: ignore[attr-defined]
        if any(one.term for one in choices):
            self.fields["agreed"].label = _(
                "I agree to pay the amount shown for the plan I chose: at every delivery until I pause or cancel, or"
                " once today for a term paid in advance."
            )
        addresses = Address.objects.filter(resident=resident)
        methods = PaymentMethod.objects.filter(resident=resident, removed_at=None)
        self.fields["address"].queryset = addresses  # type: ignore[attr-defined]
        self.fields["method"].queryset = methods  # type: ignore[attr-defined]
        self.fields["address"].initial = addresses.first()
        self.fields["method"].initial = methods.first()
        self.fields["choice"].error_messages["invalid_choice"] = _(
            "The price or the plan has changed. Please look at it again before you agree."
        )

    @property
    def chosen(self) -> Choice:
        """The plan as it was shown."""
        return self.choices[self.cleaned_data["choice"]]


def value_of(choice: Choice) -> str:
    """A plan together with the amount that is shown for it: agreeing to one is agreeing to both."""
    return f"{choice.plan.pk}:{choice.asked}"
