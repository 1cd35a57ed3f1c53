"""What the recipient of a gift sees behind the link: days and words, never an amount or the contents."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bundles.subscriptions.actions import change_gift_address, skip_cycle, unskip_cycle
from bundles.subscriptions.actions.giving import Place, place_of
from bundles.subscriptions.effects import scheduled
from bundles.subscriptions.gift_forms import PlaceForm
from bundles.subscriptions.links import gift_of
from bundles.subscriptions.models import CycleState, Gift, SubscriptionState
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal

COMING = 6


@never_cache
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """Who gives, the words, and when boxes come."""
    found, at = _gift(token), now()
    subscription = found.subscription
    living = subscription.state not in (SubscriptionState.CANCELLED, SubscriptionState.ENDED)
    boxes = scheduled(subscription, kst_date(at))[:COMING] if living else []
    on_the_way = subscription.cycles.filter(state=CycleState.ORDERED, deliver_on__gte=kst_date(at)).order_by("number")
    context = {
        "gift": found,
        "token": token,
        "payer": subscription.resident,
        "is_living": living,
        "on_the_way": on_the_way,
        "coming": [(box, box.is_open_at(at)) for box in boxes],
    }
    return render(request, "subscriptions/gift.html", context)


@never_cache
def address(request: HttpRequest, token: str) -> HttpResponse:
    """The recipient says where the boxes go."""
    found = _gift(token)
    now_at = {name: getattr(place_of(found), name) for name in Place.__slots__}
    form = PlaceForm(request.POST or None, initial=now_at)
    if request.method == "POST" and form.is_valid():
        done = _("The boxes go to this address from the next one on.")
        return _do(
            request, token, done, lambda: change_gift_address(found.subscription, form.place, by=_by(found), at=now())
        )
    status = 400 if form.errors else 200
    return render(request, "subscriptions/gift_address.html", {"form": form, "token": token}, status=status)


@require_POST
@never_cache
def skip(request: HttpRequest, token: str, cycle: int) -> HttpResponse:
    """Leave a box out, or take it after all."""
    found = _gift(token)
    box = get_object_or_404(found.subscription.cycles.select_related("subscription"), pk=cycle)
    wants = request.POST.get("wants") == "1"
    verb = unskip_cycle if wants else skip_cycle
    done = _("The box comes again.") if wants else _("The box was skipped.")
    return _do(request, token, done, lambda: verb(box, by=_by(found), at=now()))


def _gift(token: str) -> Gift:
    pk = gift_of(token)
    if pk is None:
        raise Http404
    rows = Gift.objects.select_related("subscription__resident__user", "subscription__plan__bundle")
    return get_object_or_404(rows, subscription=pk)


def _by(found: Gift) -> Actor:
    return Actor(kind="recipient", name=found.recipient)


def _do(request: HttpRequest, token: str, done: str, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, done)
    return redirect("gift", token)
