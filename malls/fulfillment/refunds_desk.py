"""환불: choose pieces of an order and see what follows; the requests that wait for an answer; money that is owed."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import kst_date, now
from core.errors import GatewayError, Refusal
from core.money import Won
from malls.fulfillment.desk import frame, note_access, page_of
from malls.orders.models import LineKind, Order
from malls.orders.returning import Choice, Plan, free_pieces, free_shipping
from malls.payments import actions
from malls.payments.accounts import open_gateway
from malls.payments.models import OPEN_WITHDRAWALS, Reason, Refund, RefundState, Withdrawal, WithdrawalState

MOST_DIGITS = 9
may_look = permission_required("orders.view_order", raise_exception=True)
may_change = permission_required("orders.change_order", raise_exception=True)
either = require_http_methods(["GET", "HEAD", "POST"])


@either
@may_change
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Choose pieces (GET), see what would follow, and do it (POST)."""
    order = get_object_or_404(Order.objects.select_related("resident__user"), number=number)
    note_access(request, "view", f"order {order.number}")
    values = request.POST if request.method == "POST" else request.GET
    lines = list(order.lines.order_by("position"))
    choice = Choice({line.pk: _count(values.get(f"line-{line.pk}", "")) for line in lines}, "shipping" in values)
    words = values.get("words", "").strip()
    plan, refused = _planned(order, choice) if values else (None, "")
    if request.method == "POST" and plan and words:
        return _do(request, order, choice, values.get("reason", ""), words)
    free = free_pieces(lines)
    context = {
        **frame(_("Refund"), trail=_trail(order)),
        "order": order,
        "rows": [(line, len(free[line.pk]), choice.pieces[line.pk]) for line in lines],
        "free_shipping": free_shipping(order),
        "choice": choice,
        "reasons": Reason.choices,
        "reason": values.get("reason", ""),
        "words": words,
        "refused": refused or (_("Please write why.") if values and not words else ""),
        "effects": effects_of(plan) if plan else None,
    }
    return render(request, "fulfillment/desk/refund.html", context)


def _trail(order: Order) -> tuple[tuple[str, str], ...]:
    return (reverse("orders:index"), _("Orders")), (reverse("orders:order", args=[order.number]), order.number)


def _count(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def _planned(order: Order, choice: Choice) -> tuple[Plan | None, str]:
    try:
        return actions.plan_refund(order, choice), ""
    except Refusal as refusal:
        return None, str(refusal)


def effects_of(plan: Plan) -> dict[str, Any]:
    """What a plan does to money, stock, vouchers and each merchant's earnings, for people to read."""
    goods = [part for part in plan.parts if part.line.kind == LineKind.PRODUCT]
    merchants: dict[str, int] = {}
    for part in goods:
        name = part.line.payee_name
        merchants[name] = Won(merchants.get(name, 0) + part.money.amount - part.money.discount_merchant)
    rules = actions.refund_rules()
    return {
        "plan": plan,
        "city": sum(part.money.discount_municipality for part in plan.parts),
        "merchants": sorted(merchants.items()),
        "goods": sum(len(part.numbers) for part in goods),
        "vouchers": sum(len(part.numbers) for part in plan.parts) - sum(len(part.numbers) for part in goods),
        "needs_second": plan.total >= rules.four_eyes_from,
        "four_eyes_from": rules.four_eyes_from,
    }


def _do(request: HttpRequest, order: Order, choice: Choice, reason: str, words: str) -> HttpResponse:
    made = _try(
        request,
        lambda by: actions.propose_refund(
            order, choice, reason=reason, words=words, gateway=open_gateway(), by=by, at=now()
        ),
    )
    if made and made.state == WithdrawalState.PROPOSED:
        messages.success(request, _("The refund waits for a second person."))
        return redirect("refunds:one", made.pk)
    if made:
        messages.success(request, _("The refund is recorded."))
    return redirect("orders:order", order.number)


def _try(request: HttpRequest, do: Any) -> Any:
    """Do it, or say why not; None then."""
    try:
        return do(Actor.of(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except GatewayError:
        messages.error(request, _("The payment provider does not answer. Please try again in a few minutes."))
    return None


@require_safe
@may_look
def index(request: HttpRequest) -> HttpResponse:
    """Requests to give back, those that wait first; and money that a card would not take."""
    rows = _found(request)
    context = {
        **frame(_("Refunds"), icon="rotate"),
        "page": page_of(request, rows),
        "owed": list(Refund.objects.filter(state=RefundState.OWED).select_related("charge__order").order_by("pk")),
        "states": WithdrawalState.choices,
        "chosen": request.GET.get("state", "open"),
        "q": request.GET.get("q", ""),
        "today": kst_date(now()),
        "rules": actions.refund_rules(),
        "may_change": request.user.has_perm("orders.change_order"),
    }
    return render(request, "fulfillment/desk/refunds.html", context)


def _found(request: HttpRequest) -> QuerySet[Withdrawal]:
    rows = Withdrawal.objects.select_related("order__resident__user").order_by("due_on", "pk")
    state, words = request.GET.get("state", "open"), request.GET.get("q", "").replace("\0", "").strip()
    if state in WithdrawalState.values:
        rows = rows.filter(state=state)
    elif state == "open":
        rows = rows.filter(state__in=OPEN_WITHDRAWALS)
    return rows.filter(order__number__icontains=words) if words else rows


@require_safe
@may_look
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, what would follow, who may answer."""
    found = get_object_or_404(Withdrawal.objects.select_related("order__resident__user", "refund"), pk=pk)
    note_access(request, "view", f"order {found.order.number}")
    is_open = found.state in OPEN_WITHDRAWALS
    plan, refused = _planned(found.order, actions.choice_of(found)) if is_open else (None, "")
    context = {
        **frame(
            _("Request to give back"), subtitle=found.order.number, trail=((reverse("refunds:index"), _("Refunds")),)
        ),
        "one": found,
        "order": found.order,
        "effects": effects_of(plan) if plan else None,
        "refused": refused,
        "is_open": is_open,
        "is_mine": found.proposed_by == request.user.pk,
        "may_change": request.user.has_perm("orders.change_order"),
    }
    return render(request, "fulfillment/desk/withdrawal.html", context)


@require_POST
@may_change
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or reject a request."""
    found = get_object_or_404(Withdrawal, pk=pk)
    words = request.POST.get("answer", "").strip()
    if request.POST.get("do") == "grant":
        done = _try(request, lambda by: actions.grant_withdrawal(found, gateway=open_gateway(), by=by, at=now()))
    elif not words:
        messages.error(request, _("Please write why."))
        done = None
    else:
        done = _try(request, lambda by: actions.reject_withdrawal(found, answer=words, by=by, at=now()))
    if done:
        messages.success(request, _("Request: %(state)s") % {"state": done.get_state_display()})
    return redirect("refunds:one", pk)


@require_POST
@may_change
def repaid(request: HttpRequest, pk: int) -> HttpResponse:
    """An owed refund was paid by transfer."""
    found = get_object_or_404(Refund, pk=pk)
    note = request.POST.get("note", "").strip()[:200]
    if not note:
        messages.error(request, _("Please write when and from which account it was paid."))
    elif _try(request, lambda by: actions.repay_refund(found, note=note, by=by, at=now())):
        messages.success(request, _("The transfer is recorded."))
    return redirect("refunds:index")


@require_POST
@permission_required("payments.change_provideraccount", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """From how many won on a second person is needed."""
    won = _count(request.POST.get("four_eyes_from", "").replace(",", ""))
    if won:
        actions.set_refund_rules(won)
        messages.success(request, _("Refunds of %(won)s won and more need a second person.") % {"won": f"{won:,}"})
    else:
        messages.error(request, _("Please write an amount in won."))
    return redirect("refunds:index")
