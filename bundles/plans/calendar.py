"""The calendar of plans. Pure: no clock, no database. Worked tables: docs/rules/cycles.md.

Cycles are counted from the anchor day, so that the 31st stays the 31st wherever the month has one (31 → 28 → 31).
A box leaves the hub on the bundle's shipping weekday, at least two working days after the billing day; when that
weekday is a holiday, on the next working day. It arrives on the next day that is neither Sunday nor a holiday.
A mall's own days (hub closed, working Saturday, no courier) stand in its `DayBook` and win over the public calendar.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import count

import holidays

from core.clock import add_months, kst_midnight

WEEKS = {"weekly": 1, "biweekly": 2}
MONTHS = {"monthly": 1, "bimonthly": 2, "quarterly": 3}
WORKING_DAYS_TO_PACK = 2
SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)
SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class DayBook:
    """A mall's own days: the hub is closed or works after all, couriers do not ring or ring after all."""

    closed: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    no_delivery: frozenset[date] = frozenset()
    delivery: frozenset[date] = frozenset()


PLAIN = DayBook()


@dataclass(frozen=True, slots=True)
class CutOff:
    """How long before the Korean midnight of the billing or shipping day changes end; never after billing begins."""

    hours: int = 0
    before: str = "billing"


AT_BILLING = CutOff()


@dataclass(frozen=True, slots=True)
class Dates:
    """One cycle's days: the interval `[starts_on, ends_on)`, when it is billed, sent and delivered.

    From the instant `cutoff_at` on the box can no longer be changed.
    """

    number: int
    starts_on: date
    ends_on: date
    bill_on: date
    ship_on: date
    deliver_on: date
    cutoff_at: datetime


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.KR()  # type: ignore[attr-defined]


def is_working_day(day: date, days: DayBook = PLAIN) -> bool:
    """Whether the hub packs: Monday to Friday, no public holiday or its substitute, unless the mall says otherwise."""
    if day in days.closed:
        return False
    return day in days.working or (day.weekday() < SATURDAY and day not in _holidays())


def is_delivery_day(day: date, days: DayBook = PLAIN) -> bool:
    """Whether couriers ring: Monday to Saturday, no public holiday, unless the mall says otherwise."""
    if day in days.no_delivery:
        return False
    return day in days.delivery or (day.weekday() < SUNDAY and day not in _holidays())


def starts_on(cadence: str, anchor: date, number: int) -> date:
    """The first day of the n-th cycle (counted from 1 at the anchor; smaller numbers lie before it)."""
    if cadence in WEEKS:
        return anchor + timedelta(weeks=WEEKS[cadence] * (number - 1))
    return add_months(anchor, MONTHS[cadence] * (number - 1))


@lru_cache(4096)
def ship_day(bill_on: date, weekday: int, days: DayBook = PLAIN) -> date:
    """The day on which a box billed on `bill_on` leaves the hub."""
    day, packed = bill_on, 0
    while packed < WORKING_DAYS_TO_PACK:
        day += DAY
        packed += is_working_day(day, days)
    while day.weekday() != weekday:
        day += DAY
    while not is_working_day(day, days):
        day += DAY
    return day


@lru_cache(4096)
def deliver_day(ship_on: date, days: DayBook = PLAIN) -> date:
    """The day on which it arrives."""
    day = ship_on + DAY
    while not is_delivery_day(day, days):
        day += DAY
    return day


def cutoff_of(bill_on: date, ship_on: date, cutoff: CutOff = AT_BILLING) -> datetime:
    """The instant from which a box can no longer be changed: never later than the midnight at which billing begins."""
    day = ship_on if cutoff.before == SHIPPING else bill_on
    return min(kst_midnight(bill_on), kst_midnight(day) - timedelta(hours=cutoff.hours))


@lru_cache(8192)
def cycle_dates(
    cadence: str, anchor: date, number: int, weekday: int, *, days: DayBook = PLAIN, cutoff: CutOff = AT_BILLING
) -> Dates:
    """Every day of the n-th cycle. It is billed on its first day."""
    begin = starts_on(cadence, anchor, number)
    ship = ship_day(begin, weekday, days)
    end = starts_on(cadence, anchor, number + 1)
    return Dates(number, begin, end, begin, ship, deliver_day(ship, days), cutoff_of(begin, ship, cutoff))


@dataclass(frozen=True, slots=True)
class Course:
    """How the boxes of one subscription are counted: box `number` begins on the day `counted_from`."""

    cadence: str
    weekday: int
    counted_from: date
    number: int = 1
    cutoff: CutOff = AT_BILLING
    days: DayBook = PLAIN

    def dates(self, number: int) -> Dates:
        """Every day of a box."""
        place = number - self.number + 1
        found = cycle_dates(
            self.cadence, self.counted_from, place, self.weekday, days=self.days, cutoff=self.cutoff
        )  # fmt: skip
        return replace(found, number=number)

    def with_cadence(self, cadence: str, number: int) -> "Course":
        """Another cadence from box `number` on, which begins on the day on which it would have begun.

        Between cadences of months the day of the month is kept: the count goes back to the last month that has it.
        """
        begin = self.dates(number).starts_on
        if cadence not in MONTHS or self.cadence not in MONTHS:
            return replace(self, cadence=cadence, counted_from=begin, number=number)
        back = next(n for n in range(12) if _has_day(add_months(begin, -n * MONTHS[cadence]), self.counted_from.day))
        first = add_months(begin, -back * MONTHS[cadence]).replace(day=self.counted_from.day)
        return replace(self, cadence=cadence, counted_from=first, number=number - back)

    def term_ends_on(self, number: int, months: int) -> date | None:
        """The first day after a term of months that begins with box `number`; None when it has no end."""
        if not months:
            return None
        if self.cadence in MONTHS:
            return add_months(self.counted_from, MONTHS[self.cadence] * (number - self.number) + months)
        return add_months(self.dates(number).starts_on, months)

    def boxes_within(self, months: int) -> int:
        """How many boxes begin within a term of months that begins with the first one counted."""
        end = self.term_ends_on(self.number, months)
        return next(n for n in count() if end is None or self.dates(self.number + n).starts_on >= end)


def _has_day(day: date, wanted: int) -> bool:
    """Whether the month of a day has the wanted day of the month."""
    return (day.replace(day=1) + timedelta(days=wanted - 1)).month == day.month


def term_ends_on(anchor: date, term_months: int) -> date | None:
    """The first day after the term; None when it has no end."""
    return add_months(anchor, term_months) if term_months else None


def upcoming(course: Course, *, first: int, count: int, ends_on: date | None = None) -> list[Dates]:
    """The dates of `count` boxes from number `first` on, as far as they begin before the term's end."""
    found = [course.dates(number) for number in range(first, first + count)]
    return [dates for dates in found if ends_on is None or dates.starts_on < ends_on]
