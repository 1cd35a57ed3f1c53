from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.clock import add_months, kst_date, kst_midnight, month_of

days = st.dates(date(2024, 1, 1), date(2040, 1, 1))


def test_months_are_counted_from_the_anchor():
    anchor = date(2027, 10, 31)
    assert [add_months(anchor, n) for n in range(6)] == [
        date(2027, 10, 31), date(2027, 11, 30), date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


@given(days, st.integers(-60, 60))
def test_a_moved_month_is_that_many_months_away(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@given(days)
def test_midnight_in_korea_is_that_day_and_the_instant_before_is_not(day):
    assert kst_date(kst_midnight(day)) == day
    assert kst_date(kst_midnight(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_new_year_in_korea_begins_at_three_in_the_afternoon_utc():
    assert kst_midnight(date(2028, 1, 1)) == datetime(2027, 12, 31, 15, tzinfo=UTC)


def test_a_month_is_half_open():
    assert month_of(date(2028, 2, 29)) == (date(2028, 2, 1), date(2028, 3, 1))
