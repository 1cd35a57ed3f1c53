"""Joining: one page with plan, address, card, dates and the total; the first box is charged at once."""

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bundles.billing.actions import bill_subscription
from bundles.billing.errors import FirstPaymentDeclined
from bundles.billing.forms import JoinForm, value_of
from bundles.plans.queries import current_editions, day_book, offered
from bundles.plans.views import Choice, choice
from bundles.subscriptions.actions import subscribe
from bundles.subscriptions.models import PrepaidTerm, Subscription, SubscriptionState
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.payments.accounts import open_gateway
from ui.cards import picture_of
from ui.templatetags.ui import kdate, won


@resident_required
def join(request: ResidentRequest, slug: str) -> HttpResponse:
    """See the whole price and the dates, agree, done. Pressing twice makes one subscription."""
    today = kst_date(now())
    bundle, choices = offer(slug, today)
    form = JoinForm(
        request.POST or None, resident=request.resident, choices=choices, initial=_initial(request, choices)
    )
    if request.method == "POST" and form.is_valid():
        done = _join(request, form)
        if done is not None:
            return done
    context = {
        "bundle": bundle,
        "picture": picture_of(bundle.image, name=bundle.name, category=bundle.category.slug, contents=bundle.contents),
        "form": form,
        "rows": [
            {"value": value_of(one), "choice": one, "on": value_of(one) == form["choice"].value()} for one in choices
        ],
        "has_prepaid": any(one.term for one in choices),
        "here": request.path,
    }
    return render(request, "billing/join.html", context, status=400 if form.errors else 200)


def _join(request: ResidentRequest, form: JoinForm) -> HttpResponse | None:
    """Subscribe and charge the first box; None when the form must say why not."""
    at, by = now(), Actor.of(request.user, "resident")
    data = form.cleaned_data
    try:
        made = subscribe(
            request.resident,
            form.chosen.plan,
            address=data["address"],
            method=data["method"],
            agreed_amount=form.chosen.asked,
            request_key=f"{request.resident.pk}:{data['request_key']}"[:64],
            by=by,
            at=at,
        )
        made = bill_subscription(made, at=at, gateway=open_gateway(), by=by)
    except FirstPaymentDeclined as no:
        form.data = _with_new_key(request)
        form.add_error("method", str(no))
        return None
    except Refusal as no:
        form.add_error(None, str(no))
        return None
    _tell(request, made)
    return redirect("my-subscription", pk=made.pk)


def _tell(request: ResidentRequest, made: Subscription) -> None:
    """What happened, in won and dates."""
    first = made.cycles.order_by("number").first()
    if first is None:
        return
    if made.state == SubscriptionState.ACTIVE:
        told = _("%(amount)s was paid. The first box arrives on %(day)s.")
        term = PrepaidTerm.objects.select_related("prepayment").filter(subscription=made).first()
        paid = term.prepayment.amount if term and term.prepayment else first.amount
        messages.success(request, told % {"amount": won(paid), "day": kdate(first.deliver_on)})
    elif made.state == SubscriptionState.PENDING and first.amount == 0:
        messages.warning(
            request,
            _("What is in the box is out of stock. Nothing was charged; the next box comes on its day."),
        )


def offer(slug: str, today: date) -> tuple[Any, list[Choice]]:
    """A bundle on sale with its plans as they would begin today; not found when it is not."""
    bundle = offered(today).select_related("category", "image").filter(slug=slug).first()
    if bundle is None:
        raise Http404
    edition = current_editions([bundle.pk], today)[bundle.pk]
    plans = bundle.plans.filter(is_offered=True).select_related("bundle").order_by("term_months", "pk")
    days = day_book()
    return bundle, [choice(plan, edition, today, days) for plan in plans]


def _initial(request: ResidentRequest, choices: list[Choice]) -> dict[str, str]:
    wanted = request.GET.get("plan", "")
    found = next((one for one in choices if str(one.plan.pk) == wanted), choices[0])
    return {"choice": value_of(found), "request_key": _key()}


def _with_new_key(request: ResidentRequest) -> QueryDict:
    """What was sent, ready to be sent as another subscription."""
    data = request.POST.copy()
    data["request_key"] = _key()
    return data


def _key() -> str:
    return secrets.token_urlsafe(24)
