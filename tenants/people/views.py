"""Accept an invitation."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.clock import now
from tenants.people.actions import accept_invitation, open_invitation


@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the first password by the link of an invitation; staff go to the CMS, others where log-in sends them."""
    waiting = open_invitation(token, at=now())
    form: SetPasswordForm[Any] = SetPasswordForm(waiting.user, request.POST if request.method == "POST" else None)
    form.fields["new_password1"].help_text = _("At least 8 characters, not a common word.")
    if request.method == "POST" and form.is_valid():
        user = accept_invitation(token, form.cleaned_data["new_password1"], at=now())
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect("/cms/" if user.is_staff else "/login/")
    return render(request, "people/invitation.html", {"form": form, "invited": waiting.user})
