"""청약철회: a resident gives pieces of an order back, for a reason that the law knows."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import Actor
from core.clock import kst_date, now
from core.errors import GatewayError, Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.orders.models import Order, OrderLine
from malls.orders.queries import LIVE
from malls.orders.returning import free_pieces
from malls.payments import actions, lawful
from malls.payments.accounts import open_gateway
from malls.payments.models import OPEN_WITHDRAWALS, Reason, Withdrawal

MOST_DIGITS = 4


@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def withdraw(request: ResidentRequest, number: str) -> HttpResponse:
    """Choose what to give back and why. An order of today that is not packed yet is undone at once."""
    order = get_object_or_404(Order, number=number, resident=request.resident, state__in=LIVE)
    lines = list(order.lines.select_related("product").order_by("position"))
    refused = ""
    if request.method == "POST":
        try:
            messages.success(request, _ask(request, order, lines))
            return redirect("my-order", number)
        except Refusal as refusal:
            refused = str(refusal)
        except GatewayError:
            refused = _("The payment provider does not answer. Please try again in a few minutes.")
    context = {"order": order, "refused": refused, "chosen": request.POST.get("reason", ""), **_facts(order, lines)}
    return render(request, "storefront/my_withdraw.html", context, status=400 if refused else 200)


def _facts(order: Order, lines: list[OrderLine]) -> dict[str, Any]:
    facts, today, free = actions.facts_of(order), kst_date(now()), free_pieces(lines)
    return {
        "rows": [(line, len(free[line.pk]), _is_kept(line, facts)) for line in lines],
        "reasons": [
            (reason, Reason(reason).label, lawful.last_day(reason, facts))
            for reason in lawful.RESIDENTS_REASONS
            if not lawful.is_too_late(reason, facts, today)
        ],
        "was_sent": facts.was_sent,
        "may_void": actions.may_void(order, now()),
        "due_on": lawful.money_back_until(today),
    }


def _is_kept(line: OrderLine, facts: lawful.Facts) -> bool:
    """Whether a change of mind is no reason for this line."""
    return line.product is not None and not lawful.may_change_mind(line.product.storage, facts)


def _ask(request: ResidentRequest, order: Order, lines: list[OrderLine]) -> str:
    """Ask, or undo the purchase of today; what to tell the resident."""
    by, at = Actor.of(request.user, "resident"), now()
    if request.POST.get("do") == "void":
        actions.void_order(order, reason=_("Undone by the resident"), gateway=open_gateway(), by=by, at=at)
        return _("The purchase is undone. Your card company shows the money in a few days.")
    pieces = {line.pk: _count(request.POST.get(f"line-{line.pk}", "")) for line in lines}
    made = actions.ask_withdrawal(
        order,
        pieces,
        reason=request.POST.get("reason", ""),
        words=request.POST.get("words", "").strip(),
        by=by,
        at=at,
    )
    return _("We received your request. You hear from us by %(day)s.") % {"day": f"{made.due_on:%Y.%m.%d.}"}


def _count(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


@require_POST
@resident_required
def take_back(request: ResidentRequest, number: str) -> HttpResponse:
    """The resident keeps it after all."""
    order = get_object_or_404(Order, number=number, resident=request.resident)
    waiting = Withdrawal.objects.filter(order=order, is_residents=True, state__in=OPEN_WITHDRAWALS).first()
    if waiting:
        actions.take_back_withdrawal(waiting, by=Actor.of(request.user, "resident"), at=now())
        messages.success(request, _("The request is taken back."))
    return redirect("my-order", number)
