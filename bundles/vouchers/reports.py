"""What staff ask about vouchers: what is owed by age, where they are used, and what looks odd. Set-based reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMinute
from django.utils.translation import gettext as _
from openpyxl import Workbook

from bundles.vouchers.models import Redemption, RefusedScan, Voucher, VoucherState
from core.clock import KST, days_after, kst_date, kst_midnight
from settlement.payouts.sheets import cell, heading

AGES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
SPAN_DAYS = 30
MANY_TRIES, BURST, SAME_PERSON = 5, 10, 5
Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as a table: a title, headings and rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def as_xlsx(self) -> bytes:
        """The table as a workbook in which nothing runs."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(self.title[:30])
        sheet.append([heading(sheet, text) for text in self.heads])
        for row in self.rows:
            sheet.append([cell(sheet, value) for value in row])
        out = BytesIO()
        book.save(out)
        return out.getvalue()


def liability(at: datetime) -> Sheet:
    """What is owed for open vouchers by days since issue, and for refunds of expired ones."""
    on = kst_date(at)
    rows: list[Sequence[Cell]] = []
    for youngest, oldest in AGES:
        issued = Q(issued_at__lt=kst_midnight(days_after(on, 1 - youngest)))
        if oldest is not None:
            issued &= Q(issued_at__gte=kst_midnight(days_after(on, -oldest)))
        words = _("%(first)s to %(last)s days") if oldest is not None else _("more than a year")
        rows.append((words % {"first": youngest, "last": oldest}, *_owed(Voucher.objects.filter(issued))))
    expired = Voucher.objects.filter(state=VoucherState.EXPIRED).aggregate(
        n=Count("pk"), due=Sum("refundable", default=0)
    )
    rows.append((_("expired, may be asked back"), expired["n"], 0, expired["due"]))
    total = [sum(int(str(row[column])) for row in rows) for column in (1, 2, 3)]
    heads = [_("Since issue"), _("Vouchers"), _("of it paid by buyers (won)"), _("Owed (won)")]
    return Sheet(_("Liability by age"), heads, [*rows, (_("Total"), *total)])


def _owed(found: QuerySet[Voucher]) -> tuple[int, int, int]:
    sums = found.filter(state=VoucherState.ISSUED).aggregate(
        n=Count("pk"), paid=Sum("paid", default=0), owed=Sum(F("worth") - F("earned"), default=0)
    )
    return sums["n"], sums["paid"], sums["owed"]


def uses_map(first: date, last: date) -> Sheet:
    """Uses by day and partner: the days down, the partners across."""
    rows = Redemption.objects.filter(
        undone_at=None, at__gte=kst_midnight(first), at__lt=kst_midnight(days_after(last, 1))
    )
    counted = rows.annotate(day=TruncDate("at", tzinfo=KST)).values("day", "partner__name").annotate(n=Count("pk"))
    found = {(row["day"], row["partner__name"]): row["n"] for row in counted.order_by()}
    partners = sorted({name for _day, name in found})
    days = sorted({day for day, _name in found}, reverse=True)
    table = [
        (day, *(found.get((day, name), 0) for name in partners), sum(found.get((day, name), 0) for name in partners))
        for day in days
    ]
    return Sheet(_("Uses by day and partner"), [_("Day"), *partners, _("All")], table)


def suspicious(at: datetime) -> Sheet:
    """Patterns of the last thirty days that a person should look at: what, where or who, how often, and when last."""
    since = at - timedelta(days=SPAN_DAYS)
    refused = RefusedScan.objects.filter(at__gte=since)
    uses = Redemption.objects.filter(at__gte=since, undone_at=None)
    rows = [*_many_tries(refused), *_outside_hours(refused), *_bursts(uses), *_same_person(uses)]
    rows.sort(key=lambda row: (-int(str(row[2])), str(row[0])))
    return Sheet(_("Suspicious patterns"), [_("What"), _("Where or who"), _("How often"), _("Last")], rows)


def _many_tries(refused: QuerySet[RefusedScan]) -> list[tuple[Cell, ...]]:
    """One code, or unknown codes at one partner, tried again and again."""
    known = refused.exclude(voucher=None).values("voucher__code", "partner__name")
    guessed = refused.filter(voucher=None).values("partner__name")
    return [
        (_("one voucher refused many times"), f"{row['voucher__code']} · {row['partner__name']}", row["n"], row["last"])
        for row in _often(known, MANY_TRIES)
    ] + [
        (_("codes that do not exist"), row["partner__name"], row["n"], row["last"])
        for row in _often(guessed, MANY_TRIES)
    ]


def _outside_hours(refused: QuerySet[RefusedScan]) -> list[tuple[Cell, ...]]:
    closed = refused.filter(reason__in=("outside_hours", "wrong_weekday", "blackout_day", "not_yet"))
    return [
        (_("tried outside the days and hours of use"), row["partner__name"], row["n"], row["last"])
        for row in _often(closed.values("partner__name"), MANY_TRIES)
    ]


def _bursts(uses: QuerySet[Redemption]) -> list[tuple[Cell, ...]]:
    """Many uses at one partner within one minute."""
    minutes = uses.annotate(minute=TruncMinute("at")).values("partner__name", "minute")
    return [
        (_("many uses within one minute"), row["partner__name"], row["n"], row["last"])
        for row in _often(minutes, BURST)
    ]


def _same_person(uses: QuerySet[Redemption]) -> list[tuple[Cell, ...]]:
    """One resident's vouchers used again and again on one day at one partner."""
    days = uses.annotate(day=TruncDate("at", tzinfo=KST)).values(
        "voucher__resident_id", "voucher__resident__user__email", "partner__name", "day"
    )
    return [
        (_("one resident, many uses on one day"), f"{row['voucher__resident__user__email']} · {row['partner__name']}",
         row["n"], row["last"])
        for row in _often(days, SAME_PERSON)
    ]  # fmt: skip


def _often(groups: Any, least: int) -> list[dict[str, Any]]:
    """The groups with at least so many rows, with how many and the last."""
    found = groups.annotate(n=Count("pk"), last=Max("at")).filter(n__gte=least).order_by("-n")[:100]
    return [{**row, "last": f"{row['last'].astimezone(KST):%Y-%m-%d %H:%M}"} for row in found]
