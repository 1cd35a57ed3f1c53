"""결제 점검: disputes with their deadlines, the daily comparison with the provider."""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import GatewayError, Refusal
from malls.fulfillment.desk import frame, note_access, page_of
from malls.payments import actions
from malls.payments.accounts import open_gateway
from malls.payments.models import (
    OPEN_DISPUTES,
    ComparedDay,
    Difference,
    DifferenceCode,
    DifferenceState,
    Dispute,
    DisputeState,
)
from ui.templatetags.ui import kdate

may_look = permission_required("payments.view_dispute", raise_exception=True)
may_answer = permission_required("payments.change_dispute", raise_exception=True)
may_explain = permission_required("payments.change_difference", raise_exception=True)


@require_safe
@may_look
def disputes(request: HttpRequest) -> HttpResponse:
    """Disputes, those to be answered first by their deadline."""
    state, words = request.GET.get("state", "open"), request.GET.get("q", "").replace("\0", "").strip()
    rows = Dispute.objects.select_related("charge__order__resident__user").order_by("respond_by", "pk")
    if state == "open":
        rows = rows.filter(state__in=OPEN_DISPUTES)
    elif state in DisputeState.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(charge__order__number__icontains=words)
    context = {
        **frame(_("Disputes"), icon="warning"),
        "page": page_of(request, rows),
        "states": [one for one in DisputeState.choices if one[0] != "open"],
        "chosen": state,
        "q": words,
        "now": now(),
    }
    return render(request, "fulfillment/desk/disputes.html", context)


@require_safe
@may_look
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute: what it holds, what is known of the delivery, what may be done."""
    found = get_object_or_404(Dispute.objects.select_related("charge__order__shipment", "returned"), pk=pk)
    order = found.charge.order
    note_access(request, "view", f"order {order.number}")
    context = {
        **frame(_("Dispute"), subtitle=order.number, trail=((reverse("disputes:index"), _("Disputes")),)),
        "one": found,
        "order": order,
        "held": list(found.returned.lines.select_related("line")) if found.returned else [],
        "may_answer": request.user.has_perm("payments.change_dispute"),
        "is_open": found.state in OPEN_DISPUTES,
        "now": now(),
    }
    return render(request, "fulfillment/desk/dispute.html", context)


@require_POST
@may_answer
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand our answer in, or give the dispute up."""
    found = get_object_or_404(Dispute.objects.select_related("charge__order"), pk=pk)
    words = request.POST.get("evidence", "").strip()
    if request.POST.get("do") == "accept":
        done = _try(request, lambda by: actions.accept_dispute(found, gateway=open_gateway(), by=by, at=now()))
    elif words:
        done = _try(request, lambda by: actions.answer_dispute(found, words, gateway=open_gateway(), by=by, at=now()))
    else:
        messages.error(request, _("Please write what proves the delivery."))
        done = False
    if done:
        messages.success(request, _("It is handed in at the payment provider."))
    return redirect("disputes:one", pk)


def _try(request: HttpRequest, do: Callable[[Actor], object]) -> bool:
    """Do it, or say why not."""
    try:
        do(Actor.of(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except GatewayError:
        messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
    else:
        return True
    return False


@require_safe
@may_look
def days(request: HttpRequest) -> HttpResponse:
    """Each compared day: our books, the report, and how many differences wait for a person."""
    waiting = Count("differences", filter=Q(differences__state=DifferenceState.OPEN))
    rows = ComparedDay.objects.annotate(waiting=waiting, all=Count("differences"))
    only_open = request.GET.get("show") == "open"
    if only_open:
        rows = rows.filter(waiting__gt=0)
    context = {
        **frame(_("Comparison with the provider"), icon="tasks"),
        "page": page_of(request, rows.order_by("-day"), 31),
        "only_open": only_open,
    }
    return render(request, "fulfillment/desk/days.html", context)


@require_safe
@may_look
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """One day's differences, each with its kind and its explanation."""
    found = get_object_or_404(ComparedDay, pk=pk)
    rows = found.differences.order_by("-state", "code", "subject")
    code, words = request.GET.get("code", ""), request.GET.get("q", "").replace("\0", "").strip()
    if code in DifferenceCode.values:
        rows = rows.filter(code=code)
    if words:
        rows = rows.filter(Q(subject__icontains=words) | Q(order_number__icontains=words))
    context = {
        **frame(kdate(found.day), trail=((reverse("comparison:index"), _("Comparison with the provider")),)),
        "day": found,
        "page": page_of(request, rows),
        "codes": DifferenceCode.choices,
        "code": code,
        "q": words,
        "may_explain": request.user.has_perm("payments.change_difference"),
    }
    return render(request, "fulfillment/desk/day.html", context)


@require_POST
@may_explain
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says why it differs."""
    found = get_object_or_404(Difference, pk=pk)
    words = request.POST.get("explanation", "").strip()[:500]
    if not words:
        messages.error(request, _("Please write why it differs."))
    elif _try(request, lambda by: actions.explain_difference(found, words, by=by, at=now())):
        messages.success(request, _("The explanation is kept."))
    return redirect("comparison:day", found.compared_id)
