"""What the desk may do, each after a confirmation: who may, what is said, and the action behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from settlement.payouts import actions, queries
from settlement.payouts.models import BankFileTemplate, Payout, PayoutBatch
from settlement.statements.actions import (
    approve_period,
    close_period,
    hold_payee,
    hold_statement,
    release_payee,
    release_statement,
)
from settlement.statements.models import Payee, Period, PeriodState, Statement
from ui.templatetags.ui import number, won

MAKER, CHECKER, PAYER = "statements.close_period", "statements.approve_period", "payouts.pay"
CONFIRM = "payouts/desk/confirm.html"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `kind` names what it is done to; `do` gets that row, who, when, and the form's words."""

    kind: str
    verb: str
    label: Any
    text: Any
    permission: str
    do: Callable[[Any, Actor, datetime, dict[str, str]], object]
    asks: str = ""
    serious: bool = False


def _batch(period: Period, by: Actor, at: datetime, words: dict[str, str]) -> object:
    template = get_object_or_404(BankFileTemplate, pk=words.get("template") or 0)
    return actions.draw_up_batch(period.key, template=template, by=by, at=at)


ACTS = (
    Act("period", "close", gettext_lazy("Close the period"),
        gettext_lazy("Every line of the period is frozen into statements, one for each payee. "
                     "Later lines go into the next period. This cannot be undone."),
        MAKER, lambda period, by, at, _: close_period(period.key, by=by, at=at), serious=True),
    Act("period", "approve", gettext_lazy("Approve the period"),
        gettext_lazy("You confirm that the statements are right and may be paid. Approve only what you have checked."),
        CHECKER, lambda period, by, at, _: approve_period(period.key, by=by, at=at)),
    Act("period", "bankfile", gettext_lazy("Draw up a bank file"),
        gettext_lazy("Every approved statement that is not held and waits for money goes into one file for the bank."),
        PAYER, _batch, asks="template"),
    Act("batch", "sent", gettext_lazy("Mark as sent"),
        gettext_lazy("The file was handed to the bank. The amounts now count as on their way."),
        PAYER, lambda batch, by, at, _: actions.mark_sent(batch, by=by, at=at)),
    Act("batch", "paid", gettext_lazy("Record as paid"),
        gettext_lazy("The bank reports every payout of this file as paid. Record returned ones one by one afterwards."),
        PAYER, lambda batch, by, at, _: actions.record_paid(list(batch.payouts.all()), by=by, at=at)),
    Act("batch", "withdraw", gettext_lazy("Withdraw the file"),
        gettext_lazy("The file never went to the bank. Its statements wait to be paid again."),
        PAYER, lambda batch, by, at, _: actions.withdraw_batch(batch, by=by, at=at)),
    Act("payout", "returned", gettext_lazy("Record as returned"),
        gettext_lazy("The bank sent this money back. The payee is credited again and can be paid with the next file."),
        PAYER, lambda payout, by, at, words: actions.record_returned(payout, reason=words["reason"], by=by, at=at),
        asks="reason"),
    Act("statement", "hold", gettext_lazy("Hold the payment"),
        gettext_lazy("The statement stays as it is and is left out of bank files until the hold is released."),
        MAKER, lambda statement, by, at, words: hold_statement(statement, reason=words["reason"], by=by, at=at),
        asks="reason"),
    Act("statement", "release", gettext_lazy("Release the hold"),
        gettext_lazy("The statement goes into the next bank file."),
        MAKER, lambda statement, by, at, _: release_statement(statement, by=by, at=at)),
    Act("payee", "hold", gettext_lazy("Hold everything"),
        gettext_lazy("From the next close on, everything this payee is owed is held back and carried into its "
                     "next statement."),
        MAKER, lambda payee, by, at, words: hold_payee(payee, reason=words["reason"], by=by, at=at), asks="reason"),
    Act("payee", "release", gettext_lazy("Release the hold"),
        gettext_lazy("What was held back is paid with the payee's next statement."),
        MAKER, lambda payee, by, at, _: release_payee(payee, by=by, at=at)),
)  # fmt: skip
BY_NAME = {(act.kind, act.verb): act for act in ACTS}

FINDERS: dict[str, Callable[[str], Any]] = {
    "period": lambda key: get_object_or_404(Period, key=key),
    "batch": lambda number: get_object_or_404(PayoutBatch, number=number),
    "payout": lambda key: get_object_or_404(Payout.objects.select_related("statement"), key=key),
    "statement": lambda number: get_object_or_404(Statement, number=number),
    "payee": lambda ref: get_object_or_404(Payee, ref=ref),
}


def frame(
    title: str, *, subtitle: str = "", trail: tuple[tuple[str, str], ...] = (), icon: str = "calendar-check"
) -> dict[str, Any]:
    """What Wagtail's page furniture needs."""
    home = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    above = [{"url": url, "label": label} for url, label in trail]
    here = {"url": "", "label": title, "sublabel": subtitle}
    return {"header_title": title, "header_icon": icon, "breadcrumbs_items": [*home, *above, here]}


def to_periods() -> tuple[str, str]:
    """The way back to the list."""
    return reverse("settlement:periods"), _("Settlement periods")


def acts_for(user: Any, period: Period, *, at: datetime) -> list[Act]:
    """What this person may do with a period now; the separation of duties is checked again when it is done."""
    fits = {
        "close": period.is_open and at >= period.over_at,
        "approve": period.state == PeriodState.CLOSED,
        "bankfile": period.state == PeriodState.APPROVED and actions.waiting(period).exists(),
    }
    return [act for act in ACTS if act.kind == "period" and fits[act.verb] and user.has_perm(act.permission)]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, kind: str, name: str, verb: str) -> HttpResponse:
    """Ask first, then do; a refusal says why and changes nothing."""
    found = BY_NAME.get((kind, verb))
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):
        raise PermissionDenied
    thing = FINDERS[kind](name)
    if request.method != "POST":
        return render(request, CONFIRM, _question(found, thing))
    try:
        found.do(thing, Actor.of(request.user), now(), request.POST.dict())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(thing)s: %(done)s – done.") % {"thing": thing, "done": found.label})
    return redirect(_home_of(thing))


def _question(found: Act, thing: Any) -> dict[str, Any]:
    return {
        **frame(str(found.label), subtitle=str(thing), trail=(to_periods(), (_home_of(thing), str(thing)))),
        "act": found,
        "thing": thing,
        "facts": _waiting(thing) if found.asks == "template" else _facts(thing),
        "back": _home_of(thing),
        "templates": list(BankFileTemplate.objects.all()) if found.asks == "template" else [],
    }


def _waiting(period: Period) -> list[tuple[str, str]]:
    """What the next bank file would hold."""
    found = actions.waiting(period).aggregate(count=Count("id"), total=Sum("payable", default=0))
    return [(_("Period"), str(period)), (_("Payouts"), number(found["count"])), (_("Total"), won(found["total"]))]


def _facts(thing: Any) -> list[tuple[str, str]]:
    """Whose money, how much: what is read before something is done."""
    if isinstance(thing, Period) and thing.is_open:
        running = queries.running_totals(thing)
        return [
            (_("Period"), str(thing)),
            (_("Lines"), number(running["lines"])),
            (_("Payable"), won(running["payable"])),
        ]
    if isinstance(thing, Period):
        totals = queries.totals_of(thing)
        return [
            (_("Period"), str(thing)),
            (_("Statements"), number(totals.statements)),
            (_("Payable"), won(totals.payable)),
        ]
    if isinstance(thing, PayoutBatch):
        return [(_("Bank file"), str(thing)), (_("Payouts"), number(thing.count)), (_("Total"), won(thing.total))]
    if isinstance(thing, Payee):
        return [(_("Payee"), str(thing)), (_("Business number"), thing.business_no)]
    statement = thing.statement if isinstance(thing, Payout) else thing
    return [
        (_("Statement"), statement.number),
        (_("Payee"), statement.payee_name),
        (_("Payable"), won(statement.payable)),
    ]


def _home_of(thing: Any) -> str:
    """The page that a thing is shown on."""
    if isinstance(thing, Statement):
        return reverse("settlement:statement", args=[thing.number])
    if isinstance(thing, Payout):
        return reverse("settlement:statement", args=[thing.statement.number])
    if isinstance(thing, Payee):
        return reverse("payees:inspect", args=[thing.pk])
    period = thing if isinstance(thing, Period) else thing.period
    return reverse("settlement:period", args=[period.key])
