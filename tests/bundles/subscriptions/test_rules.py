from datetime import date, datetime, timedelta

from bundles.subscriptions import rules
from core.clock import KST, kst_date


def test_change_is_possible_until_korean_midnight_before_the_billing_day():
    bill_on = date(2026, 12, 1)
    last_second = datetime(2026, 11, 30, 23, 59, 59, tzinfo=KST)
    assert rules.may_change(bill_on, kst_date(last_second)) is True
    assert rules.may_change(bill_on, kst_date(last_second + timedelta(seconds=1))) is False


def test_soft_declines_are_tried_again_on_days_one_three_five_seven():
    first, on, tries = date(2026, 12, 1), date(2026, 12, 1), []
    while (on := rules.next_try(first, on)) is not None:
        tries.append((on - first).days)
    assert tries == [1, 3, 5, 7]


def test_retry_that_ran_late_goes_on_with_the_next_day_of_the_schedule():
    assert rules.next_try(date(2026, 12, 1), date(2026, 12, 5)) == date(2026, 12, 6)
