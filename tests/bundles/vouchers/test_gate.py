"""The gate and the partner's pages: few statements per scan, own rows only, the same count for one row and thirty."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Redemption, RefusedScan, Voucher
from bundles.vouchers.tokens import ensure_key, sign
from core.clock import now
from tests.bundles.vouchers.test_amounts import amount_type
from tests.bundles.vouchers.test_redeeming import bought
from tests.bundles.world import BY, NOON, gatekeeper, partner, voucher_type

MOST = 6
OURS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def statements(seen) -> list[str]:
    return [one["sql"] for one in seen if not one["sql"].startswith(OURS)]


def scan(client, code: str, **values: str):
    return client.post("/redeem/", {"code": code, "nonce": f"n-{code}", **values})


@pytest.fixture
def kind(sunchang):
    return voucher_type(partner())


@pytest.fixture
def gate(mall, kind):
    mall.force_login(gatekeeper(kind.partner))
    return mall


@pytest.mark.parametrize("with_token", [False, True])
def test_a_scan_takes_at_most_six_statements(gate, kind, with_token):
    warm, counted = bought(kind, 2)
    key = ensure_key(at=NOON)
    scan(gate, sign(warm, key))
    with CaptureQueriesContext(connection) as seen:
        answer = scan(gate, sign(counted, key) if with_token else counted.code)
    counted.refresh_from_db()
    assert (answer.status_code, counted.state) == (200, "redeemed")
    assert len(statements(seen)) <= MOST, "\n".join(statements(seen))


def test_the_gate_asks_for_the_amount_and_says_what_is_left(mall, sunchang):
    kind = amount_type()
    (voucher,) = bought(kind)
    mall.force_login(gatekeeper(kind.partner))
    asked = scan(mall, voucher.code)
    assert (asked.status_code, Redemption.objects.count(), RefusedScan.objects.count()) == (200, 0, 0)
    assert "금액권입니다. 10,000원 남았습니다." in asked.content.decode()
    used = scan(mall, voucher.code, amount="3,500원")
    assert "3,500원을 사용했습니다. 6,500원 남았습니다." in used.content.decode()
    refused = scan(mall, voucher.code, amount="7000", nonce="n3")
    assert (refused.status_code, Voucher.objects.get().used) == (409, 3_500)


def test_todays_uses_come_alone(gate, kind):
    (voucher,) = bought(kind)
    redeem_voucher(voucher.code, kind.partner_id, by=BY, at=now(), nonce="x")
    page = gate.get("/redeem/today/").content.decode()
    assert ("고추장 담그기" in page, "18,000원" in page, "<html" in page) == (True, True, False)


def test_history_finds_by_day_and_code_and_shows_no_other_partners_uses(gate, kind):
    first, second = bought(kind, 2)
    elsewhere = voucher_type(partner("강천산"), "강천산 입장")
    (other,) = bought(elsewhere, source="test:2")
    at = now()
    redeem_voucher(first.code, kind.partner_id, by=BY, at=at - timedelta(days=3), nonce="a")
    redeem_voucher(second.code, kind.partner_id, by=BY, at=at, nonce="b")
    redeem_voucher(other.code, elsewhere.partner_id, by=BY, at=at, nonce="c")

    def shown(query: str) -> list[str]:
        page = gate.get(f"/redeem/history/{query}").content.decode()
        assert "강천산 입장" not in page
        return [one.code for one in (first, second) if one.code[8:] in page and one.code[:4] in page]

    day = f"{(at - timedelta(days=3)).astimezone(NOON.tzinfo):%Y-%m-%d}"
    assert shown("") == [first.code, second.code]
    assert shown(f"?day={day}") == [first.code]
    assert shown(f"?q={second.code[:4]}-{second.code[4:8]}".lower()) == [second.code]
    assert shown("?day=nonsense&q=%00") == [first.code, second.code]
    assert shown("?q=ZZZZ") == []


def test_history_asks_as_often_for_one_use_as_for_thirty(gate, kind):
    vouchers = bought(kind, 31)
    redeem_voucher(vouchers[0].code, kind.partner_id, by=BY, at=now(), nonce="0")
    gate.get("/redeem/history/")
    with CaptureQueriesContext(connection) as one:
        gate.get("/redeem/history/")
    for number, voucher in enumerate(vouchers[1:], start=1):
        redeem_voucher(voucher.code, kind.partner_id, by=BY, at=now(), nonce=str(number))
    with CaptureQueriesContext(connection) as many:
        gate.get("/redeem/history/")
    ours = [len([sql for sql in statements(seen) if "vouchers_" in sql]) for seen in (one, many)]
    assert ours[0] == ours[1]


def test_the_partner_sees_what_is_paid_when(gate, kind):
    (voucher,) = bought(kind)
    redeem_voucher(voucher.code, kind.partner_id, by=BY, at=NOON, nonce="x")
    page = gate.get("/redeem/payments/").content.decode()
    assert "17,460원" in page  # 18,000 − 3 %
    assert "2026-11" in page
    assert "12월 21일" in page  # the 20th is a Sunday
