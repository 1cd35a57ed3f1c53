"""What residents choose when they change a subscription."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bundles.subscriptions.actions.changing import LONGEST_PAUSE
from bundles.subscriptions.models import Subscription
from core.clock import add_months
from malls.customers.models import Address
from malls.payments.models import PaymentMethod


class PauseForm(forms.Form):
    """Until when."""

    until = forms.DateField(label=_("Go on again from"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = add_months(today, 1).isoformat()
        limits = {"min": (today + timedelta(days=1)).isoformat(), "max": (today + LONGEST_PAUSE).isoformat()}
        self.fields["until"].widget.attrs.update(limits)


class AddressForm(forms.Form):
    """Where boxes go."""

    address = forms.ModelChoiceField(
        Address.objects.none(), label=_("Address"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].queryset = Address.objects.filter(resident=subscription.resident_id)  # type: ignore[attr-defined]
        self.fields["address"].initial = subscription.address_id


class MethodForm(forms.Form):
    """Which card pays."""

    method = forms.ModelChoiceField(
        PaymentMethod.objects.none(), label=_("Card"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = PaymentMethod.objects.filter(resident=subscription.resident_id, removed_at=None)
        self.fields["method"].queryset = mine  # type: ignore[attr-defined]
        self.fields["method"].initial = subscription.method_id


class LeaveForm(forms.Form):
    """Why, if one likes to say."""

    why = forms.CharField(label=_("Why do you leave?"), max_length=200, required=False)
