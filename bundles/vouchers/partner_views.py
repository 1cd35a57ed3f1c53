"""The partner's other pages: what was used here, and what will be paid when."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render

from bundles.vouchers.models import Partner, Redemption
from bundles.vouchers.views import PartnerRequest, partner_required
from core.clock import days_after, kst_date, kst_midnight, now
from settlement.statements.actions.earning import TermsBook
from settlement.statements.models import Earning, Payee, Period, PeriodState, Statement, StatementState
from settlement.statements.paydays import pay_day

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Coming:
    """A month that is not settled yet: won earned so far after commission, and the pay day if it stays so."""

    period: Period
    uses: int
    payable: int
    pay_on: date


@partner_required
def history(request: PartnerRequest) -> HttpResponse:
    """Every use at this partner, newest first; by day and by a part of the code."""
    day, words = _day(request.GET.get("day", "")), request.GET.get("q", "").replace("\0", "").strip()
    rows = _found(request.partner, day, words)
    standing = rows.filter(undone_at=None).aggregate(uses=Count("pk"), worth=Sum("worth", default=0))
    context = {
        "partner": request.partner,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "day": day,
        "q": words,
        "sum": standing,
        "tab": "history",
    }
    return render(request, "vouchers/history.html", context)


@partner_required
def payments(request: PartnerRequest) -> HttpResponse:
    """What this partner is paid, when, and what was paid before."""
    payee = Payee.objects.filter(ref=request.partner.payee_ref).first()
    approved = Statement.objects.filter(payee__ref=request.partner.payee_ref).exclude(state=StatementState.DRAWN_UP)
    statements = approved.annotate(fees=F("commission") + F("commission_vat")).select_related("period").order_by("-pk")
    context = {
        "partner": request.partner,
        "coming": coming(payee) if payee else [],
        "page_obj": Paginator(statements, 12).get_page(request.GET.get("page")),
        "has_account": bool(payee and payee.can_be_paid),
        "tab": "payments",
    }
    return render(request, "vouchers/payments.html", context)


def coming(payee: Payee) -> list[Coming]:
    """Months whose statement is not approved yet, oldest first, from the payee's earnings and terms."""
    waiting = Q(period__state__in=(PeriodState.OPEN, PeriodState.CLOSED))
    rows = Earning.objects.filter(waiting, payee=payee).values("period").annotate(
        uses=Sum("quantity"), payable=Sum("payable")
    )  # fmt: skip
    sums = {row["period"]: row for row in rows}
    book = TermsBook({payee.pk})
    return [
        Coming(
            period, sums[period.pk]["uses"], sums[period.pk]["payable"],
            pay_day(period.ends_on, book.on(payee.pk, period.last_on).pay_day),
        )
        for period in Period.objects.filter(pk__in=sums).order_by("starts_on")
    ]  # fmt: skip


def _found(partner: Partner, day: date | None, words: str) -> QuerySet[Redemption]:
    rows = Redemption.objects.filter(partner=partner).select_related("voucher__type").order_by("-pk")
    if day:
        rows = rows.filter(at__gte=kst_midnight(day), at__lt=kst_midnight(days_after(day, 1)))
    code = "".join(letter for letter in words.upper() if letter.isalnum())
    return rows.filter(voucher__code__contains=code) if code else rows


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found <= kst_date(now()) else None
