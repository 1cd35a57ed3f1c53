"""Instants are UTC, civil dates are Korean. Only views, tasks and commands read the clock; rules take `at`."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

KST = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """The present instant (aware, UTC)."""
    return timezone.now()  # noqa: TID251  the one place


def kst_date(at: datetime) -> date:
    """The Korean civil date of an instant."""
    return at.astimezone(KST).date()


def kst_midnight(day: date) -> datetime:
    """The instant at which a Korean day begins."""
    return datetime.combine(day, time.min, tzinfo=KST).astimezone(UTC)


def kst_at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on a Korean day at a Korean wall-clock time."""
    return datetime.combine(day, time(hour, minute), tzinfo=KST).astimezone(UTC)


def add_months(anchor: date, months: int) -> date:
    """`anchor` moved by whole months, clamped to the month's end, always counted from the anchor (31 → 28 → 31)."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor.day, last))


def month_of(day: date) -> tuple[date, date]:
    """The half-open calendar month `[first, next first)` around a day."""
    first = day.replace(day=1)
    return first, add_months(first, 1)


def days_after(day: date, days: int) -> date:
    """`day` moved by whole days."""
    return day + timedelta(days=days)
