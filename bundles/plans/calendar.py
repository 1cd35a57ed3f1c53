"""The calendar of plans. Pure: no clock, no database. Worked tables: docs/rules/cycles.md.

Cycles are counted from the anchor day, so that the 31st stays the 31st wherever the month has one (31 → 28 → 31).
A box leaves the hub on the bundle's shipping weekday, at least two working days after the billing day; when that
weekday is a holiday, on the next working day. It arrives on the next day that is neither Sunday nor a holiday.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

from core.clock import add_months

WEEKS = {"weekly": 1, "biweekly": 2}
MONTHS = {"monthly": 1, "bimonthly": 2, "quarterly": 3}
WORKING_DAYS_TO_PACK = 2
SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """One cycle's days: the interval `[starts_on, ends_on)`, and when it is billed, sent and delivered."""

    number: int
    starts_on: date
    ends_on: date
    bill_on: date
    ship_on: date
    deliver_on: date


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.KR()  # type: ignore[attr-defined]


def is_working_day(day: date) -> bool:
    """Whether the hub packs: Monday to Friday, no public holiday or its substitute."""
    return day.weekday() < SATURDAY and day not in _holidays()


def is_delivery_day(day: date) -> bool:
    """Whether couriers ring: Monday to Saturday, no public holiday."""
    return day.weekday() < SUNDAY and day not in _holidays()


def starts_on(cadence: str, anchor: date, number: int) -> date:
    """The first day of the n-th cycle (counted from 1)."""
    if cadence in WEEKS:
        return anchor + timedelta(weeks=WEEKS[cadence] * (number - 1))
    return add_months(anchor, MONTHS[cadence] * (number - 1))


@lru_cache(4096)
def ship_day(bill_on: date, weekday: int) -> date:
    """The day on which a box billed on `bill_on` leaves the hub."""
    day, packed = bill_on, 0
    while packed < WORKING_DAYS_TO_PACK:
        day += DAY
        packed += is_working_day(day)
    while day.weekday() != weekday:
        day += DAY
    while not is_working_day(day):
        day += DAY
    return day


@lru_cache(4096)
def deliver_day(ship_on: date) -> date:
    """The day on which it arrives."""
    day = ship_on + DAY
    while not is_delivery_day(day):
        day += DAY
    return day


@lru_cache(8192)
def cycle_dates(cadence: str, anchor: date, number: int, weekday: int) -> Dates:
    """Every day of the n-th cycle. It is billed on its first day."""
    begin = starts_on(cadence, anchor, number)
    ship = ship_day(begin, weekday)
    return Dates(number, begin, starts_on(cadence, anchor, number + 1), begin, ship, deliver_day(ship))


def term_ends_on(anchor: date, term_months: int) -> date | None:
    """The first day after the term; None when it has no end."""
    return add_months(anchor, term_months) if term_months else None


def upcoming(
    cadence: str, anchor: date, weekday: int, *, first: int, count: int, ends_on: date | None = None
) -> list[Dates]:
    """The dates of `count` cycles from number `first` on, as far as they begin before the term's end."""
    found = [cycle_dates(cadence, anchor, number, weekday) for number in range(first, first + count)]
    return [dates for dates in found if ends_on is None or dates.starts_on < ends_on]
