"""Giving a box to someone else, on one page; a gift that starts today is charged at once."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bundles.billing.actions import bill_subscription
from bundles.billing.errors import FirstPaymentDeclined
from bundles.billing.views import offer
from bundles.subscriptions.actions import give
from bundles.subscriptions.gift_forms import GiftForm
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.payments.accounts import open_gateway
from ui.templatetags.ui import kdate


@resident_required
def gift(request: ResidentRequest, slug: str) -> HttpResponse:
    """Say for whom, see the whole price, agree, done. Pressing twice makes one gift."""
    today = kst_date(now())
    bundle, choices = offer(slug, today)
    open_ended = [one for one in choices if not one.plan.term_months]
    if not open_ended:
        raise Http404
    key = {"request_key": secrets.token_urlsafe(24)}
    form = GiftForm(request.POST or None, resident=request.resident, choices=open_ended, today=today, initial=key)
    if request.method == "POST" and form.is_valid():
        done = _give(request, form)
        if done is not None:
            return done
    context = {"bundle": bundle, "form": form, "choices": open_ended, "here": request.path}
    return render(request, "billing/gift.html", context, status=400 if form.errors else 200)


def _give(request: ResidentRequest, form: GiftForm) -> HttpResponse | None:
    """Make the gift and charge its first box when it starts today; None when the form must say why not."""
    at, by, data = now(), Actor.of(request.user, "resident"), form.cleaned_data
    try:
        made = give(
            request.resident, form.chosen.plan, form.place, form.giving, method=data["method"],
            agreed_amount=form.chosen.price.total, request_key=f"{request.resident.pk}:{data['request_key']}"[:64],
            by=by, at=at,
        )  # fmt: skip
        bill_subscription(made, at=at, gateway=open_gateway(), by=by)
    except FirstPaymentDeclined as no:
        form.data = request.POST.copy()
        form.data["request_key"] = secrets.token_urlsafe(24)
        form.add_error("method", str(no))
        return None
    except Refusal as no:
        form.add_error(None, str(no))
        return None
    told = _("The gift begins on %(day)s. You find the link for the recipient on this page.")
    messages.success(request, told % {"day": kdate(made.anchor_on)})
    return redirect("my-subscription", pk=made.pk)
