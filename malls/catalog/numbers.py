"""Numbers of merchants and products for the first page of the CMS."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth

from core.clock import KST, add_months, kst_date, kst_midnight, now
from malls.merchants.models import ListImport, Merchant, MerchantState
from tenants.people.charting import by_month
from ui.charts import Bar, counted

LATE_AFTER = timedelta(days=7)
MONTHS = 6


def waiting_long() -> int:
    """Merchants that have waited for a review for more than a week."""
    return Merchant.objects.filter(state=MerchantState.SUBMITTED, created_at__lt=now() - LATE_AFTER).count()


def shops_approved() -> int:
    """Merchants that may sell."""
    return Merchant.objects.filter(state=MerchantState.APPROVED).count()


def lists_taken_in() -> int:
    """Office lists whose rows were written."""
    return ListImport.objects.exclude(committed_at=None).count()


def shops_by_month() -> Sequence[Bar]:
    """Merchants by the month of their approval."""
    today = kst_date(now())
    since = kst_midnight(add_months(today.replace(day=1), 1 - MONTHS))
    rows = (
        Merchant.objects.filter(approved_at__gte=since)
        .annotate(month=TruncMonth("approved_at", tzinfo=KST))
        .values("month")
        .annotate(shops=Count("pk"))
    )
    return counted(by_month(((row["month"].date(), row["shops"]) for row in rows), last=today, months=MONTHS))
