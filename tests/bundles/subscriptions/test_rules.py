from datetime import date, datetime, timedelta

from bundles.subscriptions import rules
from core.clock import KST, kst_date


def test_change_is_possible_until_korean_midnight_before_the_billing_day():
    bill_on = date(2026, 12, 1)
    last_second = datetime(2026, 11, 30, 23, 59, 59, tzinfo=KST)
    assert rules.may_change(bill_on, kst_date(last_second)) is True
    assert rules.may_change(bill_on, kst_date(last_second + timedelta(seconds=1))) is False
