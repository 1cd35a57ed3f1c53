"""Pay days: a day of the next month, moved to the next Korean working day (관공서의 공휴일에 관한 규정)."""

import calendar
from datetime import date
from functools import cache

import holidays

from core.clock import days_after


@cache
def _korean() -> holidays.HolidayBase:
    return holidays.country_holidays("KR")


def is_working_day(day: date) -> bool:
    """Whether banks and offices work on a day."""
    return day.weekday() < calendar.SATURDAY and day not in _korean()


def next_working_day(day: date) -> date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day):
        day = days_after(day, 1)
    return day


def pay_day(period_ends_on: date, day_of_month: int) -> date:
    """The pay day of a period: `day_of_month` (at most the month's last) of the month it ends into, never a holiday."""
    last = calendar.monthrange(period_ends_on.year, period_ends_on.month)[1]
    return next_working_day(period_ends_on.replace(day=min(day_of_month, last)))
