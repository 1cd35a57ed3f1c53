"""The settlement desk of the Wagtail admin: periods, one period, one statement, and what to take away."""

import tempfile
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from core.state import Transition
from settlement.payouts import export, queries
from settlement.payouts.acts import acts_for, frame, to_periods
from settlement.payouts.models import BankFileTemplate, PayoutBatch
from settlement.statements.actions.rendering import render_statement
from settlement.statements.banks import bank_name
from settlement.statements.models import Period, Statement, StatementState
from settlement.statements.paper import rates_of, steps_of
from settlement.statements.people import name_in
from tenants.people.actions import record_access

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
may_look = permission_required("statements.view_statement", raise_exception=True)


@require_safe
@may_look
def periods(request: HttpRequest) -> HttpResponse:
    """Every period with where it stands."""
    page = _page(request, queries.desk_rows())
    return render(request, "payouts/desk/periods.html", {**frame(_("Settlement periods")), "page": page, "at": now()})


@require_safe
@may_look
def period(request: HttpRequest, key: str) -> HttpResponse:
    """One period: its sums, what may be done next, its bank files and statements."""
    found = get_object_or_404(Period, key=key)
    context = {
        **frame(found.key, trail=(to_periods(),)),
        "period": found,
        "totals": None if found.is_open else queries.totals_of(found),
        "running": queries.running_totals(found) if found.is_open else None,
        "acts": acts_for(request.user, found, at=now()),
        "batches": list(found.batches.select_related("template")),
        "templates": list(BankFileTemplate.objects.all()),
        "maker": name_in(found.closed_by),
        "checker": name_in(found.approved_by),
        "states": StatementState.choices,
        "chosen": request.GET.get("state", ""),
        "q": request.GET.get("q", ""),
        "page": _page(request, _filtered(found, request)),
        "may_pay": request.user.has_perm("payouts.pay"),
    }
    return render(request, "payouts/desk/period.html", context)


@require_safe
@may_look
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """One statement: its number explained, its lines, its way to the bank."""
    found = get_object_or_404(Statement.objects.select_related("period", "payee"), number=number)
    period_trail = (reverse("settlement:period", args=[found.period.key]), found.period.key)
    context = {
        **frame(found.number, subtitle=found.payee_name, trail=(to_periods(), period_trail)),
        "statement": found,
        "steps": steps_of(found, rates_of(found)),
        "page": _page(request, found.lines.order_by("-id")),
        "bank": bank_name(found.bank_code),
        "payouts": list(found.payouts.select_related("batch").order_by("id")),
        "steps_taken": _way_of(found),
        "may_hold": request.user.has_perm("statements.close_period"),
        "may_pay": request.user.has_perm("payouts.pay"),
    }
    return render(request, "payouts/desk/statement.html", context)


@require_safe
@may_look
def statement_file(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """A statement as PDF or xlsx; a PDF that is missing is rendered now."""
    found = get_object_or_404(Statement.objects.select_related("period", "payee"), number=number)
    _taken(request, f"{found.number} {found.payee_name} {kind}")
    if kind == "xlsx":
        return _xlsx(f"{found.number}.xlsx", export.workbook(found.period, found))
    pdf = render_statement(found).pdf.open("rb")
    return FileResponse(pdf, content_type="application/pdf", filename=f"{found.number}.pdf")


@require_safe
@may_look
def period_file(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """Everything of a period in one zip, or its lines as one workbook."""
    found = get_object_or_404(Period, key=key)
    if found.is_open:
        raise Http404
    _taken(request, f"{found.key} {kind}")
    if kind == "xlsx":
        return _xlsx(f"lines-{found.key}.xlsx", export.workbook(found))
    out = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    export.zip_period(found, out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, content_type="application/zip", filename=f"settlement-{found.key}.zip")


@require_safe
@permission_required("payouts.pay", raise_exception=True)
def batch_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The bank's bulk-transfer file; it holds whole account numbers, so only the payer takes it."""
    found = get_object_or_404(PayoutBatch, number=number)
    _taken(request, f"{found.number} bank file")
    return FileResponse(found.file.open("rb"), as_attachment=True, content_type=XLSX, filename=f"{found.number}.xlsx")


def _way_of(found: Statement) -> list[Transition]:
    """Who moved the statement, with the state's word."""
    words = {**dict(StatementState.choices), "held": _("held"), "released": _("hold released")}
    taken = list(Transition.objects.filter(thing="statements.Statement", thing_id=found.pk))
    for step in taken:
        step.after_name = words.get(step.after, step.after)  # type: ignore[attr-defined]
    return taken


def _filtered(found: Period, request: HttpRequest) -> Any:
    rows = found.statements.order_by("number")
    text, state = request.GET.get("q", "").strip()[:100].replace("\x00", ""), request.GET.get("state", "")
    if text:
        rows = rows.filter(Q(payee_name__icontains=text) | Q(number__icontains=text) | Q(business_no__icontains=text))
    if state == "held":
        return rows.filter(Q(held=True) | Q(held_amount__gt=0))
    return rows.filter(state=state) if state in StatementState.values else rows


def _page(request: HttpRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))


def _xlsx(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _taken(request: HttpRequest, what: str) -> None:
    """Whoever takes account or sales data away is kept in the access log."""
    address = request.META.get("REMOTE_ADDR")
    record_access(request.user, "settlement.download", what[:200], at=now(), address=address)  # type: ignore[arg-type]
