"""What residents type about cards. Numbers go to the payment simulator and nowhere else."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EXPIRY = re.compile(r"(\d{1,2})\s*/?\s*(\d{2}|\d{4})")


def _input(autocomplete: str, placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": autocomplete, "placeholder": placeholder})


class AccountForm(forms.Form):
    """The municipality's key at the payment provider; it is never shown again."""

    secret_key = forms.CharField(
        label=_("Secret key of the payment provider"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It begins with sk_ or rk_. It is stored encrypted and never shown again."),
    )

    def clean_secret_key(self) -> str:
        """The provider's own shape."""
        key = str(self.cleaned_data["secret_key"]).strip()
        if not re.fullmatch(r"(sk|rk)_[A-Za-z0-9_]{8,190}", key):
            raise ValidationError(_("A secret key begins with sk_ or rk_."))
        return key


class CardForm(forms.Form):
    """A test card."""

    number = forms.CharField(label=_("Card number"), max_length=30, widget=_input("cc-number", "4242 4242 4242 4242"))
    expiry = forms.CharField(label=_("Expires (month/year)"), max_length=9, widget=_input("cc-exp", "12/34"))
    cvc = forms.CharField(label=_("Security code"), max_length=4, widget=_input("cc-csc", "123"))

    def clean_number(self) -> str:
        """Digits, full-width ones too."""
        digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", self.cleaned_data["number"]))
        if not re.fullmatch(r"[0-9]{13,19}", digits):
            raise ValidationError(_("Please check the card number: it has 13 to 19 digits."))
        return digits

    def clean_expiry(self) -> tuple[int, int]:
        """Month and four-digit year."""
        found = EXPIRY.fullmatch(unicodedata.normalize("NFKC", self.cleaned_data["expiry"]).strip())
        if not found or not 1 <= int(found[1]) <= 12:  # noqa: PLR2004  months
            raise ValidationError(_("Please write the month and year as on the card, such as 12/34."))
        year = int(found[2])
        return int(found[1]), year + 2000 if year < 100 else year  # noqa: PLR2004  two digits

    def clean_cvc(self) -> str:
        """Three or four digits."""
        digits = unicodedata.normalize("NFKC", self.cleaned_data["cvc"]).strip()
        if not re.fullmatch(r"[0-9]{3,4}", digits):
            raise ValidationError(_("The security code has three or four digits."))
        return digits

    def card(self) -> dict[str, Any]:
        """What the gateway tokenizes."""
        month, year = self.cleaned_data["expiry"]
        return {
            "number": self.cleaned_data["number"],
            "exp_month": month,
            "exp_year": year,
            "cvc": self.cleaned_data["cvc"],
        }
