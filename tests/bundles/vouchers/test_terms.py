"""When a voucher may be used: the table of docs/rules/vouchers.md, in Korean civil time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bundles.vouchers import errors
from bundles.vouchers.actions.claiming import TERMS_HOLD, moment_of
from bundles.vouchers.models import Redemption, RefusedScan, VoucherState
from bundles.vouchers.rules import NotNow, Terms, why_not
from core.clock import KST
from tests.bundles.vouchers.test_redeeming import bought, redeem
from tests.bundles.world import partner, voucher_type

MONDAY = date(2026, 11, 23)
TERMS = Terms(
    expires_on=date(2027, 11, 23),
    starts_on=date(2026, 11, 20),
    weekdays=frozenset({1, 2, 3, 4, 5, 6}),
    opens_at=time(9),
    closes_at=time(18),
    blackout_days=frozenset({date(2026, 12, 25)}),
)


def kst(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KST)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (kst(MONDAY), None),
        (kst(MONDAY, 9), None),
        (kst(MONDAY, 8, 59), NotNow.OUTSIDE_HOURS),
        (kst(MONDAY, 17, 59), None),
        (kst(MONDAY, 18), NotNow.OUTSIDE_HOURS),
        (kst(date(2026, 11, 29)), NotNow.WRONG_WEEKDAY),
        (kst(date(2026, 12, 25)), NotNow.BLACKOUT_DAY),
        (kst(date(2026, 11, 19)), NotNow.NOT_YET),
        (kst(date(2026, 11, 20)), None),
        (kst(date(2027, 11, 23)), None),
        (kst(date(2027, 11, 24)), NotNow.EXPIRED),
        (datetime(2026, 11, 28, 23, 30, tzinfo=UTC), NotNow.WRONG_WEEKDAY),
        (datetime(2026, 11, 29, 23, 30, tzinfo=UTC), NotNow.OUTSIDE_HOURS),
    ],
)
def test_the_table_of_moments(at, answer):
    assert why_not(TERMS, at) == answer


@given(st.integers(-400, 800), st.integers(0, 23))
def test_open_terms_ask_only_for_the_last_day(days, hour):
    at = kst(MONDAY + timedelta(days=days), hour)
    expired = at.date() > TERMS.expires_on
    assert why_not(Terms(TERMS.expires_on), at) == (NotNow.EXPIRED if expired else None)


@given(st.integers(0, 700), st.integers(0, 23), st.integers(0, 59))
def test_stricter_terms_never_allow_more(days, hour, minute):
    at = kst(MONDAY - timedelta(days=200) + timedelta(days=days), hour, minute)
    if why_not(TERMS, at) is None:
        assert why_not(Terms(TERMS.expires_on), at) is None
        assert at.date() not in TERMS.blackout_days
        assert TERMS.opens_at <= at.time() < TERMS.closes_at


@pytest.mark.parametrize(
    ("fields", "moment", "refusal", "said"),
    [
        ({"usable_from": date(2026, 12, 1)}, kst(MONDAY), errors.NotYetUsable, {"start": "2026-12-01"}),
        ({"weekdays": [6, 7]}, kst(MONDAY), errors.WrongWeekday, {"days": "토요일, 일요일"}),
        ({"opens_at": time(13)}, kst(MONDAY), errors.OutsideHours, {"opens": "13:00", "closes": "24:00"}),
        ({"closes_at": time(12)}, kst(MONDAY), errors.OutsideHours, {"opens": "00:00", "closes": "12:00"}),
        ({"blackout_days": [MONDAY]}, kst(MONDAY), errors.BlackoutDay, {"day": "2026-11-23"}),
    ],
)
def test_the_gate_obeys_the_terms_and_says_why(sunchang, fields, moment, refusal, said):
    kind = voucher_type(partner(), **fields)
    (voucher,) = bought(kind)
    with pytest.raises(refusal) as no:
        redeem(voucher, kind.partner, at=moment)
    assert no.value.fields == said
    voucher.refresh_from_db()
    assert (voucher.state, Redemption.objects.count()) == (VoucherState.ISSUED, 0)
    assert list(RefusedScan.objects.values_list("reason", "text")) == [(refusal.code, voucher.code)]


def test_the_database_and_the_rule_agree_on_every_hour_of_two_weeks(sunchang):
    kind = voucher_type(
        partner(), weekdays=[1, 2, 3, 6], opens_at=time(9), closes_at=time(18), blackout_days=[date(2026, 11, 25)],
        usable_from=date(2026, 11, 24), valid_days=9,
    )  # fmt: skip
    (voucher,) = bought(kind)
    asked = f"SELECT {TERMS_HOLD} FROM vouchers_voucher v JOIN vouchers_vouchertype t ON t.id = v.type_id"  # noqa: S608
    disagree = []
    with connection.cursor() as cursor:
        for hours in range(14 * 24):
            moment = kst(MONDAY) + timedelta(hours=hours)
            cursor.execute(asked, moment_of(moment))
            if cursor.fetchone()[0] != (why_not(voucher.terms, moment) is None):
                disagree.append(moment)
    assert disagree == []
