"""The schedule of tries; the tables of docs/rules/charges.md."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles.billing import rules
from bundles.billing.errors import BadRetryDays


def test_soft_declines_are_tried_again_on_days_one_three_five_seven():
    first, on, tries = date(2026, 12, 1), date(2026, 12, 1), []
    while (on := rules.next_try(first, on)) is not None:
        tries.append((on - first).days)
    assert tries == [1, 3, 5, 7]


def test_retry_that_ran_late_goes_on_with_the_next_day_of_the_schedule():
    assert rules.next_try(date(2026, 12, 1), date(2026, 12, 5)) == date(2026, 12, 6)


@pytest.mark.parametrize(
    ("days", "give_up_after", "asked_on"),
    [([1, 3, 5, 7], 8, [2, 4, 6, 8]), ([2, 4], 6, [3, 5]), ([1], 2, [2]), ([3, 7, 14, 21], 28, [4, 8, 15, 22])],
)
def test_schedules_of_the_table_are_tried_on_these_days_of_december(days, give_up_after, asked_on):
    first = on = date(2026, 12, 1)
    schedule, tries = rules.checked_schedule(days, give_up_after), []
    while (on := rules.next_try(first, on, schedule)) is not None:
        tries.append(on.day)
    assert tries == asked_on


@pytest.mark.parametrize(
    ("days", "give_up_after"), [([], 8), ([0, 3], 8), ([3, 3], 8), ([1, 8], 8), ([1, 3], 29), ([1, 3], 3)]
)
def test_schedule_that_does_not_work_out_is_refused(days, give_up_after):
    with pytest.raises(BadRetryDays):
        rules.checked_schedule(days, give_up_after)


@given(st.sets(st.integers(1, 27), min_size=1).map(sorted), st.integers(0, 40))
def test_next_try_is_the_first_day_of_the_schedule_after_today_or_the_schedule_is_spent(days, gone):
    first = date(2026, 12, 1)
    on = date.fromordinal(first.toordinal() + gone)
    again = rules.next_try(first, on, days)
    assert (again is None) == rules.is_spent(first, on, days)
    assert again is None or (again > on and (again - first).days in days)
