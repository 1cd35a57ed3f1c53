"""결제 현황: boxes whose payment failed, parked subscriptions, charges without an answer; and letting one go on."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from bundles.billing.actions import unpark
from bundles.billing.actions.claiming import due_cycles
from bundles.billing.models import BillingRun
from bundles.subscriptions.models import Cycle, CycleState, Parked, Subscription
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.fulfillment.desk import frame, page_of
from malls.merchants.access import keep_access
from malls.merchants.onboarding.report import harmless
from malls.payments.actions import reason_of
from malls.payments.models import Charge, ChargeState
from malls.payments.queries import doubtful_charges
from ui.templatetags.ui import kdate, won

CASE_AFTER = timedelta(days=1)
"""A charge whose end nobody knows for longer is a case for a person."""
may_look = permission_required("billing.view_billingrun", raise_exception=True)
may_change = permission_required("billing.change_billingsetting", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk. `parked` is the subscription (id) that may be let go on, 0 for none."""

    resident: str
    what: str
    why: str
    when: str
    amount: str
    href: str
    parked: int = 0
    is_case: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the lists: how it is called, what is in it, and how a thing reads."""

    label: Promise | str
    find: Callable[[str], QuerySet[Any]]
    row: Callable[[Any, datetime], Row]


@require_safe
@may_look
def desk(request: HttpRequest) -> HttpResponse:
    """One of the lists, searched and paged, under the state of today's billing."""
    show, words = request.GET.get("show", "failed"), request.GET.get("q", "").replace("\0", "").strip()
    if show not in SHELVES:
        raise Http404
    shelf, at = SHELVES[show], now()
    found = shelf.find(words)
    if "export" in request.GET:
        return _export(request, shelf, found, at)
    page = page_of(request, found)
    context = {
        **frame(_("State of billing"), icon="order"),
        "shelves": [(name, one.label, one.find("").count()) for name, one in SHELVES.items()],
        "show": show,
        "q": words,
        "page": page,
        "rows": [shelf.row(one, at) for one in page],
        "run": BillingRun.objects.order_by("-pk").first(),
        "left": due_cycles(kst_date(at), at).count(),
        "may_change": request.user.has_perm("billing.change_billingsetting"),
    }
    return render(request, "billing/desk.html", context)


@require_POST
@may_change
def let_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Bill a parked subscription again; the reason is kept."""
    subscription = get_object_or_404(Subscription, pk=pk)
    try:
        unpark(subscription, why=request.POST.get("why", ""), by=Actor.of(request.user), at=now())
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("The subscription is billed again from its next billing day on."))
    return redirect(f"{reverse('billing-desk:index')}?show=parked")


def _failed(words: str) -> QuerySet[Cycle]:
    rows = Cycle.objects.filter(state=CycleState.FAILED).order_by("next_try_on", "pk")
    wanted = "subscription__resident__user", "subscription__plan__bundle"
    return rows.select_related(*wanted).filter(_about("subscription__", words))


def _parked(words: str) -> QuerySet[Subscription]:
    rows = Subscription.objects.exclude(parked_why="").order_by("pk")
    return rows.select_related("resident__user", "plan__bundle").filter(_about("", words))


def _unknown(words: str) -> QuerySet[Charge]:
    rows = doubtful_charges().filter(state=ChargeState.UNKNOWN).select_related("order__resident__user")
    return rows.filter(Q(order__number__icontains=words) | Q(order__resident__user__email__icontains=words))


def _about(path: str, words: str) -> Q:
    return Q(**{f"{path}resident__user__email__icontains": words}) | Q(
        **{f"{path}plan__bundle__name__icontains": words}
    )


def _failed_row(box: Cycle, at: datetime) -> Row:  # noqa: ARG001  the shape of a shelf
    again = kdate(box.next_try_on) if box.next_try_on else _("waits for another card")
    return Row(
        str(box.subscription.resident), f"{box.subscription.plan} #{box.number}", reason_of(box.last_decline), again,
        won(box.amount), _of_subscription(box.subscription_id),
    )  # fmt: skip


def _parked_row(one: Subscription, at: datetime) -> Row:  # noqa: ARG001  the shape of a shelf
    why = dict(Parked.choices).get(one.parked_why, one.parked_why)
    free = 0 if one.parked_why == Parked.PRICE else one.pk
    return Row(str(one.resident), str(one.plan), str(why), "", "", _of_subscription(one.pk), free)


def _unknown_row(charge: Charge, at: datetime) -> Row:
    order = charge.order
    again = kdate(charge.look_up_at, "time") if charge.look_up_at else ""
    asked = kdate(charge.asked_at, "time") if charge.asked_at else ""
    return Row(
        str(order.resident), f"{order.number} {order.title}", _("asked %(when)s, no answer") % {"when": asked}, again,
        won(charge.amount), reverse("orders:order", args=[order.number]),
        is_case=at - (charge.asked_at or at) > CASE_AFTER,
    )  # fmt: skip


def _of_subscription(pk: int) -> str:
    return reverse("wagtailsnippets_subscriptions_subscription:inspect", args=[pk])


def _export(request: HttpRequest, shelf: Shelf, found: QuerySet[Any], at: datetime) -> HttpResponse:
    """The whole list for a spreadsheet; who took it is kept."""
    keep_access(request, "export", str(shelf.label))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="billing.csv"'
    csv.writer(response).writerows(_cells(shelf, found, at))
    return response


def _cells(shelf: Shelf, found: QuerySet[Any], at: datetime) -> Iterator[list[str]]:
    yield [_("resident"), _("subscription or order"), _("reason"), _("next"), _("amount")]
    for one in found.iterator(chunk_size=1_000):
        row = shelf.row(one, at)
        yield [harmless(cell) for cell in (row.resident, row.what, row.why, row.when, row.amount)]


SHELVES = {
    "failed": Shelf(gettext_lazy("boxes whose payment failed"), _failed, _failed_row),
    "parked": Shelf(gettext_lazy("parked subscriptions"), _parked, _parked_row),
    "unknown": Shelf(gettext_lazy("charges without an answer"), _unknown, _unknown_row),
}


def cases() -> int:
    """Charges that nobody knows the end of for more than a day, and parked subscriptions that staff must look at."""
    old = Charge.objects.filter(state=ChargeState.UNKNOWN, asked_at__lt=now() - CASE_AFTER).count()
    return old + Subscription.objects.exclude(parked_why__in=("", Parked.PRICE)).count()
