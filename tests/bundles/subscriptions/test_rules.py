from datetime import date

from bundles.subscriptions import rules


def test_soft_declines_are_tried_again_on_days_one_three_five_seven():
    first, on, tries = date(2026, 12, 1), date(2026, 12, 1), []
    while (on := rules.next_try(first, on)) is not None:
        tries.append((on - first).days)
    assert tries == [1, 3, 5, 7]


def test_retry_that_ran_late_goes_on_with_the_next_day_of_the_schedule():
    assert rules.next_try(date(2026, 12, 1), date(2026, 12, 5)) == date(2026, 12, 6)
