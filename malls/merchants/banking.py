"""The page of a bank account: one person enters it, another confirms it. For merchants and others who are paid."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from core.actor import Actor
from core.errors import Refusal
from malls.merchants.access import keep_access
from malls.merchants.onboarding.banks import NAMES
from settlement.statements.banks import bank_name


@dataclass(frozen=True, slots=True)
class Account:
    """An account on file, and where its owner's page is. An empty number is none."""

    owner: str
    bank_code: str
    number: str
    holder: str
    is_confirmed: bool
    back: str

    @property
    def bank(self) -> str:
        """The bank's name."""
        return bank_name(self.bank_code)


class BankForm(forms.Form):
    """The account that payouts go to."""

    bank_code = forms.ChoiceField(label=_("bank"), choices=list(NAMES.items()))
    account_no = forms.RegexField(
        regex=r"^[\d\- ]{8,25}$",
        label=_("Account number"),
        error_messages={"invalid": _("Only digits and hyphens, at least eight of them.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_holder = forms.CharField(label=_("account holder"), max_length=60)

    def clean_account_no(self) -> str:
        """Digits only."""
        return "".join(letter for letter in self.cleaned_data["account_no"] if letter.isdigit())


def account_page(
    request: HttpRequest,
    account: Account,
    *,
    change: Callable[[str, str, str, Actor], object],
    verify: Callable[[Actor], object],
) -> HttpResponse:
    """Enter an account (bank code, digits, holder), or confirm one that somebody else entered. Looking is kept."""
    by, verb = Actor.of(request.user), request.POST.get("verb")
    known = {"bank_code": account.bank_code, "account_holder": account.holder}
    form = BankForm(request.POST if verb == "change" else None, initial=known)
    try:
        if verb == "verify":
            verify(by)
            messages.success(request, _("The account is confirmed; payouts may be sent."))
            return redirect(request.path)
        if form.is_bound and form.is_valid():
            said = form.cleaned_data
            change(said["bank_code"], said["account_no"], said["account_holder"], by)
            messages.success(request, _("The account is kept. Someone else has to confirm it before payouts."))
            return redirect(request.path)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    if not form.is_bound:
        keep_access(request, "bank account", account.owner)
    return render(request, "merchants/bank.html", {"account": account, "form": form})
