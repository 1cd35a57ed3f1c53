"""배송: the boxes that must leave, the pick list on paper, the boxes under way."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.fulfillment import actions, queries
from malls.fulfillment.desk import frame, note_access, page_of
from malls.fulfillment.models import Shipment
from malls.fulfillment.rules import COURIERS, masked_name, picks_of

PER_PAGE = 100
may_look = permission_required("fulfillment.view_shipment", raise_exception=True)
either = require_http_methods(["GET", "HEAD", "POST"])


@either
@may_look
def boxes(request: HttpRequest) -> HttpResponse:
    """What must leave by a day; pack it, or ship it under its tracking numbers."""
    day = _day(request)
    if request.method == "POST":
        _do(request, list(queries.boxes_to_send(day).filter(pk__in=_chosen(request))))
        return redirect(f"{reverse('shipping:index')}?day={day}")
    page = page_of(request, queries.boxes_to_send(day), PER_PAGE)
    pieces = queries.pieces_in(list(page))
    context = {
        **frame(_("Boxes and shipping"), icon="upload"),
        "day": day,
        "today": kst_date(now()),
        "days": [kst_date(now()) + timedelta(days=ahead) for ahead in range(4)],
        "page": page,
        "rows": [(box, [one for one in pieces if one.shipment_id == box.pk]) for box in page],
        "late": queries.boxes_to_send(kst_date(now()) - timedelta(days=1)).count(),
        "under_way": queries.boxes_under_way().count(),
        "couriers": COURIERS.items(),
        "may_change": request.user.has_perm("fulfillment.change_shipment"),
    }
    return render(request, "fulfillment/desk/boxes.html", context)


@require_safe
@may_look
def pick_list(request: HttpRequest) -> HttpResponse:
    """The day's pieces by product and by box, for the printer."""
    day = _day(request)
    shipments = list(queries.boxes_to_send(day))
    pieces = queries.pieces_in(shipments)
    note_access(request, "print", f"pick list {day} ({len(shipments)})")
    by_box = [
        (box, masked_name(box.order.recipient), [one for one in pieces if one.shipment_id == box.pk])
        for box in shipments
    ]
    context = {"day": day, "at": now(), "boxes": by_box, "picks": picks_of(pieces)}
    return render(request, "fulfillment/desk/pick_list.html", context)


@either
@may_look
def under_way(request: HttpRequest) -> HttpResponse:
    """Boxes at the courier; mark those that arrived."""
    if request.method == "POST":
        _must_change(request)
        chosen = list(queries.boxes_under_way().filter(pk__in=_chosen(request)))
        done = actions.deliver_shipments(chosen, by=Actor.of(request.user), at=now())
        _say(request, len(done), ngettext("%d box is delivered.", "%d boxes are delivered.", len(done)))
        return redirect("shipping:under_way")
    context = {
        **frame(_("Under way"), icon="upload", trail=((reverse("shipping:index"), _("Boxes and shipping")),)),
        "page": page_of(request, queries.boxes_under_way(), PER_PAGE),
        "couriers": COURIERS,
        "may_change": request.user.has_perm("fulfillment.change_shipment"),
    }
    return render(request, "fulfillment/desk/under_way.html", context)


def _day(request: HttpRequest) -> date:
    """The asked day; today when none or nonsense was asked."""
    try:
        return parse_date(request.GET.get("day", "")) or kst_date(now())
    except ValueError:
        return kst_date(now())


def _chosen(request: HttpRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("box") if pk.isascii() and pk.isdigit() and len(pk) < 19]  # noqa: PLR2004


def _must_change(request: HttpRequest) -> None:
    if not request.user.has_perm("fulfillment.change_shipment"):
        raise PermissionDenied


def _do(request: HttpRequest, chosen: list[Shipment]) -> None:
    _must_change(request)
    by, at = Actor.of(request.user), now()
    try:
        if request.POST.get("do") == "pack":
            done = actions.pack_shipments(chosen, by=by, at=at)
            _say(request, len(done), ngettext("%d box is packed.", "%d boxes are packed.", len(done)))
            return
        numbers = {box.pk: request.POST.get(f"number-{box.pk}", "") for box in chosen}
        done = actions.ship_shipments(chosen, courier=request.POST.get("courier", ""), numbers=numbers, by=by, at=at)
        _say(request, len(done), ngettext("%d box is shipped.", "%d boxes are shipped.", len(done)))
    except Refusal as refusal:
        messages.error(request, str(refusal))


def _say(request: HttpRequest, count: int, sentence: str) -> None:
    if count:
        messages.success(request, sentence % count)
    else:
        messages.warning(request, _("Nothing was chosen, or a tracking number is missing."))
