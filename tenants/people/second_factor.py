"""The second factor: register an authenticator app, enter its code, keep recovery codes for when it is lost."""

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.clock import now
from tenants.people.actions import issue_recovery_codes, use_recovery_code
from tenants.people.middleware import is_verified
from tenants.people.models import RecoveryCode, User


class CodeForm(forms.Form):
    """Six digits of the authenticator app."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("Authentication code"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 6}),
        error_messages={"invalid": _("Enter the six digits that the app shows.")},
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


class RecoveryForm(forms.Form):
    """One of the ten codes that were kept on paper."""

    code = forms.CharField(
        label=_("Recovery code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, device: TOTPDevice, *args: Any, **kwargs: Any) -> None:
        self.device = device
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Spend the code."""
        code: str = self.cleaned_data["code"]
        if not use_recovery_code(self.device, code, at=now()):
            raise forms.ValidationError(
                _("The code is not right, or was used already. After several wrong ones, wait a minute.")
            )
        return code


@login_required
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Register a device by QR at the first visit, then hand out recovery codes; later only ask for a code."""
    user: User = request.user  # type: ignore[assignment]
    device = _device_of(user) or TOTPDevice.objects.create(user=user, name="totp", confirmed=False)
    form = CodeForm(device, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _verified(request, user, device)
    context = {"form": form, "wanted": request.GET.get("next", ""), **({} if device.confirmed else _setup(device))}
    return render(request, "people/second_factor.html", context)


@login_required
@never_cache
def recovery(request: HttpRequest) -> HttpResponse:
    """Get in with a recovery code when the app is lost."""
    device = _device_of(request.user)
    if device is None or not device.confirmed:
        return HttpResponseRedirect("/second-factor/")
    form = RecoveryForm(device, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        otp_login(request, device)
        return HttpResponseRedirect("/second-factor/codes/")
    return render(request, "people/recovery.html", {"form": form})


@login_required
@never_cache
def codes(request: HttpRequest) -> HttpResponse:
    """How many recovery codes are left; make ten new ones. Only after the second factor was shown."""
    if not is_verified(request):
        raise PermissionDenied
    user: User = request.user  # type: ignore[assignment]
    fresh = issue_recovery_codes(user) if request.method == "POST" else []
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    return render(request, "people/recovery_codes.html", {"codes": fresh, "left": left, "next": _safe_next(request)})


def _verified(request: HttpRequest, user: User, device: TOTPDevice) -> HttpResponse:
    first = not device.confirmed
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    device.confirmed = True
    otp_login(request, device)
    if not first:
        return HttpResponseRedirect(_safe_next(request))
    context = {"codes": issue_recovery_codes(user), "next": _safe_next(request)}
    return render(request, "people/recovery_codes.html", context)


def _setup(device: TOTPDevice) -> dict[str, str]:
    """What the app needs: a picture of the key, and the key to type in where no camera helps."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    return {
        "qr": segno.make(device.config_url).svg_data_uri(scale=5),
        "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
    }


def _device_of(user: Any) -> TOTPDevice | None:
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user).first()
    return found


def _safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return "/console/" if request.tenant.is_portal else "/cms/"  # type: ignore[attr-defined]
