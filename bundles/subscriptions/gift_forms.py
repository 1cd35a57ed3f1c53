"""What a payer says about a gift, and what a recipient may change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bundles.plans.views import Choice
from bundles.subscriptions.actions.giving import LATEST_START, MOST_GIVEN, Giving, Place
from malls.customers.forms import PhoneField
from malls.customers.models import Resident
from malls.payments.models import PaymentMethod


class PlaceForm(forms.Form):
    """Who receives it and where."""

    recipient = forms.CharField(label=_("Recipient"), max_length=60)
    phone = PhoneField(label=_("Mobile phone"))
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Postcode"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 5}),
        error_messages={"invalid": _("The postcode has five digits.")},
    )
    line1 = forms.CharField(label=_("Address"), max_length=200)
    line2 = forms.CharField(label=_("Detailed address"), max_length=100, required=False)

    @property
    def place(self) -> Place:
        """What was said."""
        return Place(**{name: self.cleaned_data[name] for name in Place.__slots__})


class GiftForm(PlaceForm):
    """The gift: which plan, for whom, how many boxes, from when, with which words, paid with which card."""

    email = forms.EmailField(label=_("E-mail of the recipient"), required=False)
    choice = forms.ChoiceField(label=_("How often"), widget=forms.RadioSelect)
    boxes = forms.IntegerField(label=_("Number of boxes"), min_value=1, max_value=MOST_GIVEN, initial=3)
    start_on = forms.DateField(label=_("First payment and start"), widget=forms.DateInput(attrs={"type": "date"}))
    message = forms.CharField(
        label=_("Message to the recipient"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    method = forms.ModelChoiceField(
        PaymentMethod.objects.none(), label=_("Pay with"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose a saved card to pay with.")},
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I agree to pay the amount of one box for each of these boxes, and nothing after them."),
        error_messages={"required": _("Please agree to the amount and the dates to give it.")},
    )
    request_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, resident: Resident, choices: Sequence[Choice], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {f"{one.plan.pk}:{one.price.total}": one for one in choices}
        methods = PaymentMethod.objects.filter(resident=resident, removed_at=None)
        labels = [(value, f"{one.plan.label} · {one.price.total:,}원") for value, one in self.choices.items()]
        self.fields["choice"].choices = labels  # type: ignore[attr-defined]
        self.fields["choice"].initial = labels[0][0]
        self.fields["method"].queryset = methods  # type: ignore[attr-defined]
        self.fields["method"].initial = methods.first()
        start = self.fields["start_on"]
        start.initial = today.isoformat()
        start.widget.attrs.update({"min": today.isoformat(), "max": (today + LATEST_START).isoformat()})

    @property
    def chosen(self) -> Choice:
        """The plan as it was shown."""
        return self.choices[self.cleaned_data["choice"]]

    @property
    def giving(self) -> Giving:
        """What is given."""
        data = self.cleaned_data
        return Giving(data["boxes"], data["start_on"], data["message"], data["email"])
