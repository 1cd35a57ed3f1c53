"""What residents type."""

import re
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from malls.customers.consents import CONSENTS, ConsentText
from malls.customers.models import Address
from tenants.people.models import User

MOBILE = re.compile(r"01[016789]\d{7,8}")


class PhoneField(forms.CharField):
    """A Korean mobile number, stored as digits."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel", "placeholder": "010-1234-5678"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Digits only; refuse what cannot be a mobile number."""
        digits = re.sub(r"\D", "", super().clean(value))
        if not MOBILE.fullmatch(digits):
            raise ValidationError(_("Write a mobile number such as 010-1234-5678."))
        return digits


class LoginForm(forms.Form):
    """E-mail and password."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user: User | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Ask the backends; do not tell which of the two was wrong."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("email") and data.get("password"):
            self.user = authenticate(self.request, email=data["email"].lower(), password=data["password"])
            if self.user is None:
                raise ValidationError(_("The e-mail or the password is not right. Try again."))
        return data


class SignUpForm(forms.Form):
    """A new account; agreements are boxes of their own, none pre-ticked."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters, not a common word."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = PhoneField(label=_("Mobile phone"), help_text=_("For news of your deliveries."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for consent in CONSENTS:
            mark = _("(required)") if consent.is_required else _("(optional)")
            self.fields[f"agree_{consent.kind}"] = forms.BooleanField(
                label=f"{consent.label} {mark}",
                required=consent.is_required,
                error_messages={"required": _("Signing up needs this agreement.")},
            )

    @property
    def about(self) -> list[forms.BoundField]:
        """The fields about the person."""
        return [self[name] for name in ("email", "password", "name", "phone")]

    @property
    def consents(self) -> list[tuple[ConsentText, forms.BoundField]]:
        """Each agreement's text with its box."""
        return [(consent, self[f"agree_{consent.kind}"]) for consent in CONSENTS]

    @property
    def agreed(self) -> set[str]:
        """The kinds that were ticked."""
        return {str(consent.kind) for consent in CONSENTS if self.cleaned_data.get(f"agree_{consent.kind}")}

    def clean_email(self) -> str:
        """One account per e-mail in a mall."""
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This e-mail is already in use. Log in, or set a new password."))
        return email

    def clean_password(self) -> str:
        """Strong enough."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password


class ResetForm(forms.Form):
    """Which account wants a new password."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class AddressForm(forms.ModelForm[Address]):
    """Where boxes go."""

    phone = PhoneField(label=_("Mobile phone"))
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Postcode"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code", "maxlength": 5}),
        error_messages={"invalid": _("The postcode has five digits.")},
    )

    class Meta:
        model = Address
        fields = ("label", "recipient", "phone", "postcode", "line1", "line2", "request", "is_default")
        labels = {
            "label": _("Name of the address"),
            "recipient": _("Recipient"),
            "line1": _("Address"),
            "line2": _("Detailed address"),
            "request": _("Delivery request"),
            "is_default": _("Send boxes here unless I say otherwise"),
        }
        widgets = {
            "label": forms.TextInput(attrs={"placeholder": "우리 집"}),
            "recipient": forms.TextInput(attrs={"autocomplete": "name"}),
            "line1": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "line2": forms.TextInput(attrs={"autocomplete": "address-line2"}),
            "request": forms.TextInput(attrs={"placeholder": "9시 문앞에 놓아 주세요"}),
        }
