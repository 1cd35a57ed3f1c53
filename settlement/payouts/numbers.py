"""Numbers of settlement for the first page of the CMS."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Sum

from core.clock import kst_date, now
from settlement.statements.models import Earning, Period, PeriodState, Statement
from ui.charts import Bar, counted
from ui.templatetags.ui import won

PERIODS = 6
LATE_AFTER = timedelta(days=5)


def periods_over() -> int:
    """Months that are over and not closed."""
    return Period.objects.filter(state=PeriodState.OPEN, ends_on__lte=kst_date(now())).count()


def periods_forgotten() -> int:
    """Months that were over five days ago and are not closed."""
    return Period.objects.filter(state=PeriodState.OPEN, ends_on__lte=kst_date(now()) - LATE_AFTER).count()


def periods_past_payday() -> int:
    """Approved months with a statement whose pay day has passed."""
    late = Statement.objects.filter(pay_on__lt=kst_date(now()), payable__gt=0, paid_at=None, held=False)
    return Period.objects.filter(state=PeriodState.APPROVED, pk__in=late.values("period")).count()


def earned_and_open() -> str:
    """What payees have earned in months that are not closed yet."""
    return won(Earning.objects.filter(period__state=PeriodState.OPEN).aggregate(won=Sum("payable", default=0))["won"])


def payable_by_period() -> Sequence[Bar]:
    """What the last closed periods pay out."""
    rows = (
        Statement.objects.values("period__key", "period__starts_on")
        .annotate(won=Sum("payable"))
        .order_by("-period__starts_on")[:PERIODS]
    )
    return counted([(row["period__key"], max(row["won"], 0)) for row in reversed(rows)], won)
