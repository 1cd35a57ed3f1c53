"""What the municipality enters about its provider. Nobody types card numbers here."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malls.payments.models import ProviderKind

SHAPES = {
    ProviderKind.STRIPE: r"(sk|rk)_[A-Za-z0-9_]{8,190}",
    ProviderKind.KOREAN: r"(test|live)_[a-z]*sk_[A-Za-z0-9_]{8,180}",
}
SECRET = {"autocomplete": "off"}


class AccountForm(forms.Form):
    """The municipality's keys at its payment provider; the secret ones are never shown again."""

    provider = forms.ChoiceField(label=_("Payment provider"), choices=ProviderKind.choices, widget=forms.RadioSelect)
    secret_key = forms.CharField(
        label=_("Secret key of the payment provider"),
        max_length=200,
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_(
            "It begins with sk_ or rk_ at Stripe, with live_sk_ or test_sk_ at a Korean company. It is stored encrypted"
            " and never shown again."
        ),
    )
    public_key = forms.CharField(
        label=_("Client key"),
        max_length=200,
        required=False,
        help_text=_("For a Korean company only: it opens the page on which residents enter their card."),
    )
    webhook_secret = forms.CharField(
        label=_("Security key of messages"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_(
            "For a Korean company only: register the address below on its pages and enter the key that it shows there."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Each provider's own shape of keys."""
        data = dict(super().clean() or {})
        provider, key = data.get("provider"), str(data.get("secret_key") or "").strip()
        if not provider or not key:
            return data
        if not re.fullmatch(SHAPES[ProviderKind(provider)], key):
            self.add_error(
                "secret_key", ValidationError(_("The secret key has not the shape of this provider's keys."))
            )
        if provider == ProviderKind.KOREAN and not data.get("public_key"):
            self.add_error("public_key", ValidationError(_("Please enter the client key, too.")))
        return {**data, "secret_key": key}
