"""결제대행사 계정: which provider, and the municipality's keys there."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from core.errors import Refusal
from malls.fulfillment.desk import frame, note_access
from malls.payments.accounts import ONLY, connect_account, webhook_address
from malls.payments.forms import AccountForm
from malls.payments.models import ProviderAccount, ProviderKind


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret_key", "webhook_secret")
@permission_required("payments.change_provideraccount", raise_exception=True)
def account(request: HttpRequest) -> HttpResponse:
    """Whether an account is connected; connect another key once the provider accepts it."""
    known = ProviderAccount.objects.filter(pk=ONLY).first()
    form = AccountForm(request.POST or None, initial={"provider": known.provider if known else ProviderKind.STRIPE})
    if request.method == "POST" and form.is_valid():
        try:
            connect_account(**form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            note_access(request, "change", "payment provider account")
            messages.success(request, _("The payment provider is connected."))
        return redirect("payment-account:index")
    context = {
        **frame(_("Payment provider"), icon="key"),
        "form": form,
        "known": known,
        "address": webhook_address(ProviderKind.KOREAN),
    }
    return render(request, "fulfillment/desk/account.html", context)
