"""Accept an invitation; enrol and show the second factor."""

from typing import Any

import segno
from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.clock import now
from tenants.people.actions import accept_invitation, open_invitation
from tenants.people.models import User  # noqa: TC001  annotations are read at run time


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the first password by the link of an invitation."""
    waiting = open_invitation(token, at=now())
    form: SetPasswordForm[Any] = SetPasswordForm(waiting.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = accept_invitation(token, form.cleaned_data["new_password1"], at=now())
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect("/cms/" if user.is_staff else "/my/")
    return render(request, "people/invitation.html", {"form": form, "invited": waiting.user})


class CodeForm(forms.Form):
    """Six digits of the authenticator app."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("Authentication code"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 6}),
    )

    def __init__(self, device: TOTPDevice, *args: Any, **kwargs: Any) -> None:
        self.device = device
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Accept a code once; the device limits guessing by itself."""
        code: str = self.cleaned_data["code"]
        if not self.device.verify_token(code):
            raise forms.ValidationError(_("The code is not right, or was used already. Enter the newest one."))
        return code


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Enrol a device by QR at the first visit; ask for its code."""
    user: User = request.user  # type: ignore[assignment]
    device = TOTPDevice.objects.filter(user=user).first() or TOTPDevice.objects.create(
        user=user, name="totp", confirmed=False
    )
    form = CodeForm(device, request.POST or None)
    if request.method == "POST" and form.is_valid():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        device.confirmed = True
        otp_login(request, device)
        return HttpResponseRedirect(_safe_next(request))
    qr = None if device.confirmed else segno.make(device.config_url).svg_data_uri(scale=5)
    return render(request, "people/second_factor.html", {"form": form, "qr": qr})


def _safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/cms/"
