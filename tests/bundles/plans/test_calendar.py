from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles.plans import calendar as rules
from core.clock import KST

CADENCES = ("weekly", "biweekly", "monthly", "bimonthly", "quarterly")
DAYS = st.dates(date(2024, 1, 1), date(2033, 12, 31))


def test_monthly_cycles_keep_the_anchor_day_through_short_months():
    starts = [rules.starts_on("monthly", date(2027, 12, 31), number) for number in range(1, 6)]
    assert starts == [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_cycle_anchored_on_leap_day_comes_back_to_it():
    starts = [rules.starts_on("quarterly", date(2028, 2, 29), number) for number in (1, 2, 5, 17)]
    assert starts == [date(2028, 2, 29), date(2028, 5, 29), date(2029, 2, 28), date(2032, 2, 29)]


@pytest.mark.parametrize(
    ("cadence", "second"),
    [
        ("weekly", date(2027, 1, 6)),
        ("biweekly", date(2027, 1, 13)),
        ("monthly", date(2027, 1, 30)),
        ("bimonthly", date(2027, 2, 28)),
        ("quarterly", date(2027, 3, 30)),
    ],
)
def test_second_cycle_over_the_year_end(cadence, second):
    assert rules.starts_on(cadence, date(2026, 12, 30), 2) == second


@pytest.mark.parametrize(
    ("bill_on", "ship_on", "deliver_on"),
    [
        (date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26)),  # Monday → Wednesday → Thursday
        (date(2026, 11, 24), date(2026, 12, 2), date(2026, 12, 3)),  # Tuesday is too late for this week
        (date(2026, 12, 23), date(2026, 12, 30), date(2026, 12, 31)),  # Christmas is no working day
        (date(2026, 9, 21), date(2026, 9, 23), date(2026, 9, 28)),  # Chuseok 24–26 and a Sunday
    ],
)
def test_box_leaves_on_the_shipping_weekday_two_working_days_after_billing(bill_on, ship_on, deliver_on):
    dates = rules.cycle_dates("monthly", bill_on, 1, weekday=2)
    assert (dates.ship_on, dates.deliver_on) == (ship_on, deliver_on)


def test_shipping_weekday_on_a_holiday_moves_to_the_next_working_day():
    assert rules.ship_day(date(2027, 2, 22), weekday=0) == date(2027, 3, 2)  # Monday, 1 March


@given(st.sampled_from(CADENCES), DAYS, st.integers(1, 40))
def test_cycles_have_no_gap_and_no_overlap(cadence, anchor, number):
    this = rules.cycle_dates(cadence, anchor, number, 2)
    after = rules.cycle_dates(cadence, anchor, number + 1, 2)
    assert this.ends_on == after.starts_on
    assert this.starts_on < this.ends_on


@given(st.sampled_from(CADENCES), DAYS, st.integers(1, 40), st.integers(0, 4))
def test_days_follow_each_other_and_avoid_holidays(cadence, anchor, number, weekday):
    dates = rules.cycle_dates(cadence, anchor, number, weekday)
    assert dates.bill_on == dates.starts_on
    assert dates.bill_on + timedelta(days=2) <= dates.ship_on < dates.deliver_on
    assert rules.is_working_day(dates.ship_on)
    assert rules.is_delivery_day(dates.deliver_on)
    between = [dates.bill_on + timedelta(days=n) for n in range(1, (dates.ship_on - dates.bill_on).days + 1)]
    assert sum(rules.is_working_day(day) for day in between) >= rules.WORKING_DAYS_TO_PACK
    assert dates.deliver_on - dates.bill_on <= timedelta(days=28)


@given(st.sampled_from(CADENCES), DAYS, st.integers(1, 40), st.integers(0, 4))
def test_later_cycles_never_leave_before_earlier_ones(cadence, anchor, number, weekday):
    this, after = (rules.cycle_dates(cadence, anchor, n, weekday) for n in (number, number + 1))
    assert this.ship_on <= after.ship_on


@given(DAYS, st.integers(1, 60))
def test_monthly_start_is_the_anchor_day_or_the_months_last(anchor, number):
    start = rules.starts_on("monthly", anchor, number)
    assert start.day == anchor.day or (start.day < anchor.day and (start + timedelta(days=1)).day == 1)


def test_term_of_three_months_has_three_monthly_boxes():
    ends = rules.term_ends_on(date(2026, 11, 30), 3)
    found = rules.upcoming(rules.Course("monthly", 2, date(2026, 11, 30)), first=1, count=9, ends_on=ends)
    assert [dates.starts_on for dates in found] == [date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 30)]


@pytest.mark.parametrize(
    ("cutoff", "until"),
    [
        (rules.CutOff(), datetime(2026, 12, 23, tzinfo=KST)),
        (rules.CutOff(48), datetime(2026, 12, 21, tzinfo=KST)),
        (rules.CutOff(200, "shipping"), datetime(2026, 12, 21, 16, tzinfo=KST)),
        (rules.CutOff(24, "shipping"), datetime(2026, 12, 23, tzinfo=KST)),
    ],
)
def test_changes_end_before_billing_at_the_latest(cutoff, until):
    dates = rules.cycle_dates("monthly", date(2026, 12, 23), 1, 2, cutoff=cutoff)
    assert (dates.ship_on, dates.cutoff_at) == (date(2026, 12, 30), until)


@pytest.mark.parametrize(
    ("cadence", "starts"),
    [
        ("bimonthly", [date(2028, 2, 29), date(2028, 4, 30), date(2028, 6, 30), date(2028, 8, 31)]),
        ("weekly", [date(2028, 2, 29), date(2028, 3, 7), date(2028, 3, 14), date(2028, 3, 21)]),
        ("quarterly", [date(2028, 2, 29), date(2028, 5, 31), date(2028, 8, 31), date(2028, 11, 30)]),
    ],
)
def test_another_cadence_keeps_the_day_of_the_month(cadence, starts):
    course = rules.Course("monthly", 2, date(2027, 12, 31)).with_cadence(cadence, 3)
    assert [course.dates(number).starts_on for number in (3, 4, 5, 6)] == starts
    assert course.term_ends_on(3, 12) == {"weekly": date(2029, 2, 28)}.get(cadence, date(2029, 2, 28))


def test_a_malls_own_days_win_over_the_public_calendar():
    wednesday, thursday, saturday = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 28)
    assert rules.ship_day(date(2026, 11, 23), 2, rules.DayBook(closed=frozenset({wednesday}))) == date(2026, 12, 2)
    assert rules.deliver_day(wednesday, rules.DayBook(no_delivery=frozenset({thursday}))) == date(2026, 11, 27)
    assert rules.is_working_day(saturday, rules.DayBook(working=frozenset({saturday}))) is True
    assert rules.is_delivery_day(date(2026, 12, 25), rules.DayBook(delivery=frozenset({date(2026, 12, 25)}))) is True
