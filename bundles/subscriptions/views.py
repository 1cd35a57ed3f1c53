"""My subscriptions: see what comes, and change it. Every change is shown in dates and won before it is made."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.plans.queries import current_edition, plan_price
from bundles.subscriptions import actions, effects
from bundles.subscriptions.forms import AddressForm, LeaveForm, MethodForm, PauseForm
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from bundles.subscriptions.queries import next_boxes, of_resident
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.queries import resident_of
from ui.templatetags.ui import kdate, won

CONFIRM = "subscriptions/confirm.html"


@resident_required
def index(request: ResidentRequest) -> HttpResponse:
    """All my subscriptions, living ones first, each with its next box."""
    return render(request, "subscriptions/index.html", {"rows": next_boxes(of_resident(request.resident), _today())})


@resident_required
def detail(request: ResidentRequest, pk: int) -> HttpResponse:
    """One subscription: what comes when, for how much, and everything that can be changed."""
    found = _mine(request, pk)
    coming = effects.scheduled(found, _today())
    past = found.cycles.exclude(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED)).select_related("order")
    context = {
        "subscription": found,
        "amount": effects.agreed_amount(found),
        "coming": coming[:6],
        "past": past.order_by("-number")[:12],
        "failed": next((one for one in past if one.state == CycleState.FAILED), None),
        "can_take_back": _can_take_back(found),
        "new_price": _new_price(found),
    }
    return render(request, "subscriptions/detail.html", context)


@resident_required
def skip(request: ResidentRequest, pk: int, cycle: int) -> HttpResponse:
    """Leave one box out."""
    found = _mine(request, pk)
    box = get_object_or_404(found.cycles.select_related("subscription"), pk=cycle)
    if request.method == "POST":
        return _do(
            request, found, _("The box was skipped."), lambda: actions.skip_cycle(box, by=_by(request), at=now())
        )
    after = next((one for one in effects.scheduled(found, box.bill_on) if one.state == CycleState.SCHEDULED), None)
    told = effects.of_skip(box, after, effects.agreed_amount(found))
    return _ask(
        request, found, _("Skip the box of %(day)s?") % {"day": kdate(box.deliver_on, "short")}, told, _("Skip")
    )


@resident_required
def unskip(request: ResidentRequest, pk: int, cycle: int) -> HttpResponse:
    """Take a skip back."""
    found = _mine(request, pk)
    box = get_object_or_404(found.cycles.select_related("subscription"), pk=cycle)
    if request.method == "POST":
        return _do(
            request, found, _("The box comes again."), lambda: actions.unskip_cycle(box, by=_by(request), at=now())
        )
    told = effects.of_unskip(box, effects.agreed_amount(found))
    question = _("Receive the box of %(day)s after all?") % {"day": kdate(box.deliver_on, "short")}
    return _ask(request, found, question, told, _("Receive it"))


@resident_required
def pause(request: ResidentRequest, pk: int) -> HttpResponse:
    """Pause until a day."""
    found = _mine(request, pk)
    form = PauseForm(request.POST or None, today=_today())
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        done = _("Paused. The boxes come again from %(day)s.") % {"day": kdate(until)}
        return _do(
            request, found, done, lambda: actions.pause_subscription(found, until, by=_by(request), at=now()), form=form
        )
    return _ask(request, found, _("Pause this subscription?"), effects.of_pause(found, _today()), _("Pause"), form=form)


@resident_required
def resume(request: ResidentRequest, pk: int) -> HttpResponse:
    """Go on now."""
    found = _mine(request, pk)
    if request.method == "POST":
        return _do(
            request,
            found,
            _("The boxes come again."),
            lambda: actions.resume_subscription(found, by=_by(request), at=now()),
        )
    return _ask(request, found, _("Go on with this subscription?"), effects.of_resume(found, _today()), _("Go on"))


@resident_required
def cancel(request: ResidentRequest, pk: int) -> HttpResponse:
    """Leave now: one page, two equal buttons, as many steps as joining."""
    found = _mine(request, pk)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        done = _("The subscription was cancelled. Nothing more is charged.")
        return _do(request, found, done, lambda: actions.cancel_subscription(found, by=_by(request), at=now(), why=why))
    on_the_way = [one for one in found.cycles.filter(state=CycleState.ORDERED) if one.deliver_on >= _today()]
    coming = effects.scheduled(found, _today())
    told = effects.of_cancel(found, coming, on_the_way)
    return _ask(request, found, _("Cancel this subscription?"), told, _("Cancel the subscription"), form=form)


@resident_required
def take_back(request: ResidentRequest, pk: int) -> HttpResponse:
    """Undo a cancellation."""
    found = _mine(request, pk)
    if request.method == "POST":
        done = _("Welcome back. The boxes come as before.")
        return _do(request, found, done, lambda: actions.take_back_cancellation(found, by=_by(request), at=now()))
    cancelled = found.cycles.filter(state=CycleState.CANCELLED, order=None, bill_on__gt=_today()).order_by("number")
    told = effects.of_unskip(cancelled[0], effects.agreed_amount(found)) if cancelled else []
    return _ask(request, found, _("Take the cancellation back?"), told, _("Take it back"))


@resident_required
def address(request: ResidentRequest, pk: int) -> HttpResponse:
    """Send to another address from the next order on."""
    found = _mine(request, pk)
    form = AddressForm(request.POST or None, subscription=found)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["address"]
        return _do(request, found, _("The address was changed."), lambda: actions.change_address(found, chosen))
    told = [
        _("Boxes ordered from now on go to the address you choose. Boxes already ordered go where they were to go.")
    ]
    return _ask(request, found, _("Where should the boxes go?"), told, _("Change"), form=form)


@resident_required
def card(request: ResidentRequest, pk: int) -> HttpResponse:
    """Pay with another card; an unpaid box is tried again at once."""
    found = _mine(request, pk)
    form = MethodForm(request.POST or None, subscription=found)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["method"]
        done = _("The card was changed. An unpaid box is tried again shortly.")
        return _do(request, found, done, lambda: actions.change_method(found, chosen, at=now()))
    told = [_("Every charge from now on is made with the card you choose.")]
    failed = found.cycles.filter(state=CycleState.FAILED).first()
    if failed:
        told.append(_("%(amount)s for the unpaid box is charged at once, once.") % {"amount": won(failed.amount)})
    return _ask(request, found, _("Which card should pay?"), told, _("Change"), form=form)


@resident_required
def price(request: ResidentRequest, pk: int) -> HttpResponse:
    """Agree to a new price, separately and explicitly (전자상거래법 §13⑥)."""
    found = _mine(request, pk)
    amount = _new_price(found)
    if amount is None:
        return redirect("my-subscription", pk=pk)
    if request.method == "POST" and request.POST.get("amount") == str(amount):
        done = _("Thank you. The boxes come again at %(amount)s each.") % {"amount": won(amount)}
        return _do(request, found, done, lambda: actions.agree_to_price(found, amount, at=now()))
    told = [
        _("Until now: %(before)s for each delivery. From now on: %(now)s.")
        % {"before": won(effects.agreed_amount(found)), "now": won(amount)},
        _("It is charged with %(card)s.") % {"card": found.method},
        _("If you do not agree, nothing is charged. You can cancel here at any time."),
    ]
    return _ask(request, found, _("Do you agree to the new price?"), told, _("I agree"), amount=amount)


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


def _today() -> Any:
    return kst_date(now())


def _by(request: HttpRequest) -> Actor:
    return Actor.of(request.user, "resident")


def _do(request: HttpRequest, found: Subscription, done: str, act: Any, *, form: Any = None) -> HttpResponse:
    """Make the change; a refusal is told where the change was asked for."""
    try:
        act()
    except Refusal as no:
        if form is not None:
            form.add_error(None, str(no))
            return _ask(request, found, str(_("Please look again")), [], _("Try again"), form=form)
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
    form: Any = None,
    amount: int | None = None,
) -> HttpResponse:
    context = {
        "question": question,
        "consequences": told,
        "confirm_label": label,
        "back": reverse("my-subscription", args=[found.pk]),
        "back_label": _("Leave as it is"),
        "form": form,
        "amount": amount,
    }
    return render(request, CONFIRM, context)


def _can_take_back(found: Subscription) -> bool:
    if found.state != SubscriptionState.CANCELLED or not found.cancelled_at:
        return False
    rest = found.cycles.filter(state=CycleState.CANCELLED, order=None, bill_on__gt=kst_date(found.cancelled_at))
    first: Cycle | None = rest.order_by("number").first()
    return first is not None and first.bill_on > _today()


def _new_price(found: Subscription) -> int | None:
    """The price that waits for consent."""
    if not found.parked_why:
        return None
    edition = current_edition(found.plan.bundle, _today())
    return plan_price(found.plan, edition, found.quantity).total if edition else None
