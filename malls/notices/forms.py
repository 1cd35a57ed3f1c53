"""What residents choose, and what staff type: a kind's words, and the account for phone messages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from malls.customers.models import Resident
from malls.notices.kinds import Kind
from malls.notices.models import Way
from malls.notices.queries import mall_address, way_of
from malls.notices.rules import check_wording
from ui.templatetags.ui import phone


class WayForm(forms.Form):
    """E-mail or phone, each with where it goes."""

    way = forms.ChoiceField(
        label=_("Notices about your boxes and payments come by"), widget=forms.RadioSelect,
        help_text=_(
            "When a phone message cannot be delivered, we write an e-mail. Advertising never comes this way."
        ),
    )  # fmt: skip

    def __init__(self, resident: Resident, data: Any = None) -> None:
        super().__init__(data, initial={"way": way_of(resident)})
        user = resident.user
        where = {Way.EMAIL: user.email, Way.PHONE: phone(user.phone)}
        self.fields["way"].choices = [(way.value, f"{way.label} · {where[way]}") for way in Way]  # type: ignore[attr-defined]


class WordingForm(forms.Form):
    """Title, text and the code of the template that 알림톡 approved for exactly this text."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 9}), max_length=2_000)
    template_code = forms.CharField(
        label=_("Code of the approved 알림톡 template"), max_length=50, required=False,
        help_text=_("Empty: phone messages go out as SMS or LMS. A changed text needs a newly approved template."),
    )  # fmt: skip

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The refusal, at the text."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("title") and data.get("text"):
            try:
                check_wording(self.kind, data["title"], data["text"], mall_address())
            except Refusal as no:
                raise ValidationError({"text": str(no)}) from no
        return data


class AccountForm(forms.Form):
    """The key is never shown again."""

    api_key = forms.CharField(
        label=_("Key of the message provider"), max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is stored encrypted and never shown again."),
    )  # fmt: skip
    sender = forms.RegexField(
        r"^0[\d-]{7,13}$", label=_("Registered sender number"), max_length=20,
        help_text=_("Registered at the provider beforehand (전기통신사업법 §84의2), for example 063-650-1114."),
        error_messages={"invalid": _("Write a phone number such as 063-650-1114.")},
    )  # fmt: skip
    profile = forms.CharField(
        label=_("Key of the 알림톡 profile"), max_length=60, required=False,
        help_text=_("Empty: SMS and LMS only."),
    )  # fmt: skip
