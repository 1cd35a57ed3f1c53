"""My subscriptions: see what comes, and change it. Every change is shown in dates and won before it is made."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.subscriptions import actions, effects
from bundles.subscriptions.forms import END, ChangeForm, LeaveForm
from bundles.subscriptions.links import gift_path
from bundles.subscriptions.models import Change, Cycle, CycleState, Gift, Subscription, SubscriptionState
from bundles.subscriptions.prepaid import ahead_of
from bundles.subscriptions.queries import (
    discount_received,
    next_boxes,
    of_resident,
    runs_prepaid,
    waiting_for_holder,
)
from bundles.subscriptions.questions import QUESTIONS, Asked, told_of
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.queries import resident_of
from ui.templatetags.ui import kdate, won

CONFIRM = "subscriptions/confirm.html"
COMING, PAST, CHANGES = 6, 12, 20


@resident_required
def index(request: ResidentRequest) -> HttpResponse:
    """All my subscriptions, living ones first, each with its next box."""
    return render(request, "subscriptions/index.html", {"rows": next_boxes(of_resident(request.resident), _today())})


@resident_required
def detail(request: ResidentRequest, pk: int) -> HttpResponse:
    """One subscription: what comes when, for how much, and everything that can be changed."""
    found, at = _mine(request, pk), now()
    coming = effects.scheduled(found, _today())
    past = found.cycles.exclude(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED)).select_related("order")
    left = actions.cancellation_of(found)
    context = {
        "subscription": found,
        "is_living": found.state not in (SubscriptionState.CANCELLED, SubscriptionState.ENDED),
        "amount": effects.agreed_amount(found),
        "coming": [(box, box.is_open_at(at), effects.until_text(box.cutoff_at)) for box in coming[:COMING]],
        "past": past.order_by("-number")[:PAST],
        "failed": next((one for one in past if one.state == CycleState.FAILED), None),
        "waiting": waiting_for_holder().filter(subscription=found).first(),
        "can_take_back": bool(left and left.undo_until and at < left.undo_until),
        "undoable": actions.undoable(found, at),
        "gift": Gift.objects.filter(subscription=found).first(),
        "gift_link": request.build_absolute_uri(gift_path(found)) if found.address_id is None else "",
        "request_of_address": found.address.request if found.address else "",
        "rise": actions.rise_of(found, _today()),
        "is_prepaid": runs_prepaid(found),
        "ahead": ahead_of(found.prepaid, at) if hasattr(found, "prepaid") else None,
    }
    return render(request, "subscriptions/detail.html", context)


@resident_required
def history(request: ResidentRequest, pk: int) -> HttpResponse:
    """Everything that was changed: when, by whom, what it meant."""
    found = _mine(request, pk)
    rows = Change.objects.filter(subscription=found).select_related("undone_by").order_by("-pk")
    page = Paginator(rows, CHANGES).get_page(request.GET.get("page"))
    return render(request, "subscriptions/history.html", {"subscription": found, "page_obj": page})


@resident_required
def change(request: ResidentRequest, pk: int, name: str, cycle: int | None = None) -> HttpResponse:
    """One change: choose (when there is something to choose), see what it means, confirm."""
    question, found, at = QUESTIONS[name], _mine(request, pk), now()
    box = _box(found, cycle) if cycle is not None else None
    form = _form(request, question.form, found, box)
    if form is not None and not (form.is_bound and form.is_valid()):
        return _ask(request, found, question.sentence(box), [], _("See what changes"), form=form, choosing=True)
    asked = Asked(found, Actor.of(request.user, "resident"), at, box, form)
    try:
        if request.method == "POST":
            question.act(asked)
            messages.success(request, str(question.done))
            return redirect("my-subscription", pk=pk)
        told = told_of(question, asked)
    except Refusal as no:
        if form is None:
            messages.error(request, str(no))
            return redirect("my-subscription", pk=pk)
        form.add_error(None, str(no))
        return _ask(request, found, question.sentence(box), [], _("See what changes"), form=form, choosing=True)
    return _ask(request, found, question.sentence(box), told, str(question.label), form=form)


@resident_required
def cancel(request: ResidentRequest, pk: int) -> HttpResponse:
    """Leave now or at the end: one page, two equal buttons, no more steps than joining."""
    found, at, question = _mine(request, pk), now(), QUESTIONS["cancel"]
    form = LeaveForm(request.POST if request.method == "POST" else None, subscription=found, at=at)
    by = Actor.of(request.user, "resident")
    if request.method == "POST" and form.is_valid():
        at_end = form.cleaned_data.get("when") == END
        done = _("The subscription ends by itself.") if at_end else _(
                "The subscription was cancelled. Nothing more is charged."
            )  # fmt: skip
        return _do(request, found, done, lambda: question.act(Asked(found, by, at, chosen=form)))
    try:
        told = _told_of_leaving(found, by)
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("my-subscription", pk=pk)
    return _ask(request, found, question.sentence(None), told, str(question.label), form=form, leaving=True)


@resident_required
def price(request: ResidentRequest, pk: int) -> HttpResponse:
    """Agree to a new price, separately and explicitly (전자상거래법 §13⑥)."""
    found = _mine(request, pk)
    rise = actions.rise_of(found, _today())
    if rise is None:
        return redirect("my-subscription", pk=pk)
    if request.method == "POST" and request.POST.get("amount") == str(rise.amount):
        done = _("Thank you. The boxes come at %(amount)s each from %(day)s on.")
        by = Actor.of(request.user, "resident")
        words = {"amount": won(rise.amount), "day": kdate(rise.from_on)}
        return _do(request, found, done % words, lambda: actions.agree_to_price(found, rise.amount, by=by, at=now()))
    told = effects.told_of_rise(rise.before, rise.amount, rise.from_on, rise.card)
    return _ask(request, found, _("Do you agree to the new price?"), told, _("I agree"), amount=rise.amount)


def panel(request: HttpRequest) -> dict[str, Any]:
    """My page: the subscriptions with their next boxes."""
    resident = resident_of(request.user)
    if resident is None:
        return {}
    living = of_resident(resident).exclude(state__in=(SubscriptionState.CANCELLED, SubscriptionState.ENDED))
    return {"rows": next_boxes(living[:5], _today()), "is_empty": not living}


def _mine(request: ResidentRequest, pk: int) -> Subscription:
    """My subscription; another's is as good as none."""
    found: Subscription = get_object_or_404(of_resident(request.resident), pk=pk)
    return found


def _box(found: Subscription, pk: int) -> Cycle:
    box: Cycle = get_object_or_404(found.cycles.select_related("subscription", "address", "wish"), pk=pk)
    return box


def _form(
    request: HttpRequest, kind: type[ChangeForm] | None, found: Subscription, box: Cycle | None
) -> ChangeForm | None:
    """What was chosen, from the address while looking, from the form when confirming."""
    data = request.POST if request.method == "POST" else request.GET
    return kind(data or None, subscription=found, box=box, at=now()) if kind else None


def _told_of_leaving(found: Subscription, by: Actor) -> list[str]:
    """Leaving now, in dates and won: what still comes, what was received and stays, when it would end by itself."""
    form = LeaveForm({}, subscription=found, at=now())
    form.is_valid()
    told = told_of(QUESTIONS["cancel"], Asked(found, by, now(), chosen=form))
    on_the_way = [one for one in found.cycles.filter(state=CycleState.ORDERED) if one.deliver_on >= _today()]
    told[-1:-1] = [
        _("The box of %(deliver)s is paid and still comes.") % {"deliver": kdate(one.deliver_on)} for one in on_the_way
    ]
    received = 0 if hasattr(found, "prepaid") else discount_received(found)
    if received:
        told.insert(-1, _("Discounts you already received are yours; nothing is asked back.") + f" ({won(received)})")
    if found.ends_on and not found.renews:
        told.append(
            _("If you do nothing, it ends by itself on %(day)s.") % {"day": kdate(found.ends_on)}
        )  # fmt: skip
    return told


def _today() -> date:
    return kst_date(now())


def _do(request: HttpRequest, found: Subscription, done: str, act: Any) -> HttpResponse:
    """Make the change; a refusal is told where the change was asked for."""
    try:
        act()
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, done)
    return redirect("my-subscription", pk=found.pk)


def _ask(
    request: HttpRequest,
    found: Subscription,
    question: str,
    told: Sequence[str],
    label: str,
    *,
    form: ChangeForm | None = None,
    choosing: bool = False,
    leaving: bool = False,
    amount: int | None = None,
) -> HttpResponse:
    """The page of one question. While `choosing`, the form is shown and asks for its effect; else it goes along."""
    context = {
        "question": question,
        "consequences": told,
        "confirm_label": label,
        "back": reverse("my-subscription", args=[found.pk]),
        "back_label": _("Leave as it is"),
        "form": form,
        "choosing": choosing,
        "leaving": leaving,
        "amount": amount,
    }
    return render(request, CONFIRM, context, status=400 if form is not None and form.errors else 200)
