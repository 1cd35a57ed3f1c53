"""Numbers of orders and boxes for the first page of the CMS."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from core.clock import KST, days_after, kst_date, kst_midnight, month_of, now
from malls.fulfillment.models import Shipment, ShipmentState
from malls.notices.models import Notice, Outcome
from malls.orders.models import Order
from malls.payments.models import (
    OPEN_WITHDRAWALS,
    ComparedDay,
    DifferenceState,
    Dispute,
    DisputeState,
    ProviderAccount,
    Withdrawal,
)
from tenants.people.charting import by_day
from ui.charts import Bar, counted
from ui.templatetags.ui import won

DAYS = 28
OPEN = (ShipmentState.PENDING, ShipmentState.PACKED)


def boxes_due() -> int:
    """Boxes that must leave the hub today or should have left."""
    return Shipment.objects.filter(state__in=OPEN, ship_on__lte=kst_date(now())).count()


def boxes_late() -> int:
    """Boxes that should have left before today."""
    return Shipment.objects.filter(state__in=OPEN, ship_on__lt=kst_date(now())).count()


def notices_failed() -> int:
    """Notices that were given up or of which nobody knows whether they were sent."""
    return Notice.objects.filter(outcome__in=(Outcome.FAILED, Outcome.UNKNOWN)).count()


def withdrawals_waiting() -> int:
    """Requests to give back that have no answer."""
    return Withdrawal.objects.filter(state__in=OPEN_WITHDRAWALS).count()


def withdrawals_late() -> int:
    """Requests whose money should be back already (전자상거래법 §18②)."""
    return Withdrawal.objects.filter(state__in=OPEN_WITHDRAWALS, due_on__lt=kst_date(now())).count()


def disputes_waiting() -> int:
    """Disputes that can still be answered."""
    return Dispute.objects.filter(state=DisputeState.OPEN).count()


def differences_waiting() -> int:
    """Differences of the last compared day that nobody has explained."""
    last = ComparedDay.objects.order_by("day").last()
    return last.differences.filter(state=DifferenceState.OPEN).count() if last else 0


def paid_this_month() -> dict[str, int]:
    """Orders paid since the first of the month, and their won."""
    first, _next = month_of(kst_date(now()))
    found: dict[str, int] = Order.objects.filter(paid_at__gte=kst_midnight(first)).aggregate(
        orders=Count("pk"), won=Sum("total", default=0)
    )
    return found


def paid_by_day() -> Sequence[Bar]:
    """Won paid on each of the last four weeks' days."""
    last, since = _window()
    rows = (
        Order.objects.filter(paid_at__gte=since)
        .annotate(day=TruncDate("paid_at", tzinfo=KST))
        .values("day")
        .annotate(won=Sum("total"))
    )
    return counted(by_day(((row["day"], row["won"]) for row in rows), last=last, days=DAYS), won)


def boxes_by_day() -> Sequence[Bar]:
    """Boxes that left on each of the last four weeks' days."""
    last, since = _window()
    rows = (
        Shipment.objects.filter(shipped_at__gte=since)
        .annotate(day=TruncDate("shipped_at", tzinfo=KST))
        .values("day")
        .annotate(boxes=Count("pk"))
    )
    return counted(by_day(((row["day"], row["boxes"]) for row in rows), last=last, days=DAYS))


def accounts_connected() -> int:
    """Whether a payment provider is connected."""
    return ProviderAccount.objects.count()


def _window() -> tuple[date, datetime]:
    last = kst_date(now())
    return last, kst_midnight(days_after(last, 1 - DAYS))
