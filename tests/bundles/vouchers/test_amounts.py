"""Amount vouchers are used in parts: never more than their worth, to the won, whoever scans at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from bundles.vouchers import errors
from bundles.vouchers.actions import redeem_voucher, undo_redemption
from bundles.vouchers.laws import LAWS
from bundles.vouchers.models import Redemption, RefusedScan, Voucher, VoucherKind, VoucherState, VoucherType
from bundles.vouchers.rules import worth_of_part
from core.laws import violations
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance
from settlement.statements.models import Earning
from tenants.municipalities.door import inside_slug
from tests.bundles.vouchers.test_redeeming import bought, redeem
from tests.bundles.world import BY, NOON, partner, voucher_type


def amount_type(face: int = 10_000, paid: int = 9_000) -> VoucherType:
    return voucher_type(partner(), "순창 나들이 금액권", face, kind=VoucherKind.AMOUNT, charge=paid)


def test_parts_earn_their_share_and_the_last_takes_the_rest(sunchang):
    kind = amount_type(face=10_000, paid=9_999)
    (voucher,) = bought(kind)
    rests = [redeem(voucher, kind.partner, nonce=f"n{n}", amount=3_333).rest for n in range(3)]
    last = redeem(voucher, kind.partner, nonce="n3", amount=1)
    assert (rests, last.rest) == ([6_667, 3_334, 1], 0)
    assert list(Earning.objects.order_by("pk").values_list("gross", flat=True)) == [3_332, 3_332, 3_332, 3]
    voucher.refresh_from_db()
    assert (voucher.state, voucher.used, voucher.earned) == (VoucherState.REDEEMED, 10_000, 9_999)
    assert balance(Code.VOUCHER_LIABILITY) == 0
    assert violations(LAWS) == []


def test_more_than_is_left_is_refused_and_kept(sunchang):
    kind = amount_type()
    (voucher,) = bought(kind)
    redeem(voucher, kind.partner, amount=9_000)
    with pytest.raises(errors.TooMuch) as no:
        redeem(voucher, kind.partner, nonce="n2", amount=1_001)
    assert no.value.fields == {"left": "1,000"}
    voucher.refresh_from_db()
    assert (voucher.used, Redemption.objects.count()) == (9_000, 1)
    assert list(RefusedScan.objects.values_list("reason", "voucher_id", "partner_id")) == [
        ("too_much", voucher.pk, kind.partner_id)
    ]


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_or_less_is_no_use(sunchang, amount):
    kind = amount_type()
    (voucher,) = bought(kind)
    with pytest.raises(errors.AmountNeeded):
        redeem(voucher, kind.partner, amount=amount)
    assert Redemption.objects.count() == 0


def test_an_amount_is_asked_for_and_only_for_amounts(sunchang):
    kind = amount_type()
    (voucher,) = bought(kind)
    with pytest.raises(errors.AmountNeeded) as asked:
        redeem(voucher, kind.partner)
    assert asked.value.fields == {"left": "10,000"}
    whole = voucher_type(kind.partner)
    (single,) = bought(whole, source="test:2")
    with pytest.raises(errors.NotAnAmount):
        redeem(single, kind.partner, amount=5_000)
    assert Redemption.objects.count() == 0


def test_a_part_sent_again_is_one_use_and_another_amount_is_another_scan(sunchang):
    kind = amount_type()
    (voucher,) = bought(kind)
    first = redeem(voucher, kind.partner, amount=4_000)
    again = redeem(voucher, kind.partner, amount=4_000, at=NOON + timedelta(minutes=1))
    assert (again.redemption_id, again.again, again.rest) == (first.redemption_id, True, 6_000)
    with pytest.raises(errors.AlreadyRedeemed):
        redeem(voucher, kind.partner, amount=5_000)
    voucher.refresh_from_db()
    assert voucher.used == 4_000


def test_a_part_taken_back_can_be_used_again(sunchang):
    kind = amount_type()
    (voucher,) = bought(kind)
    first = redeem(voucher, kind.partner, amount=6_000)
    redeem(voucher, kind.partner, nonce="n2", amount=4_000)
    undo_redemption(first.redemption_id, kind.partner_id, "잘못 눌렀어요", by=BY, at=NOON + timedelta(minutes=5))
    voucher.refresh_from_db()
    assert (voucher.state, voucher.used, balance(Code.VOUCHER_LIABILITY)) == (VoucherState.ISSUED, 4_000, 5_400)
    assert violations(LAWS) == []
    redeem(voucher, kind.partner, nonce="n3", amount=6_000)
    assert balance(Code.VOUCHER_LIABILITY) == 0
    assert violations(LAWS) == []


@given(st.integers(1, 1_000_000), st.integers(0, 1_000_000), st.lists(st.integers(1, 200_000), max_size=12))
def test_parts_never_earn_more_than_the_worth(face, worth, wanted):
    used = earned = 0
    for amount in wanted:
        if used + amount > face:
            continue
        used += amount
        earned += worth - earned if used == face else worth_of_part(worth, face, amount)
        assert 0 <= earned <= worth
    assert used < face or earned == worth


def test_thirty_gates_share_one_amount_and_never_overdraw_it(scratch):
    kind = amount_type()
    (voucher,) = bought(kind)
    start = threading.Barrier(30)

    def scan(number: int) -> int:
        try:
            with inside_slug("scratch"):
                start.wait()
                return redeem_voucher(
                    voucher.code, kind.partner_id, by=BY, at=NOON, nonce=f"g{number}", amount=1_500
                ).amount
        except errors.TooMuch:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(30) as pool:
        used = list(pool.map(scan, range(30)))
    assert sorted(used, reverse=True)[:7] == [1_500] * 6 + [0]
    assert Voucher.objects.get().left == 1_000
    assert violations(LAWS) == []


def test_one_part_sent_ten_times_at_once_is_one_use(scratch):
    kind = amount_type()
    (voucher,) = bought(kind)
    start = threading.Barrier(10)

    def scan(_: int) -> int:
        try:
            with inside_slug("scratch"):
                start.wait()
                return redeem_voucher(
                    voucher.code, kind.partner_id, by=BY, at=NOON, nonce="same", amount=2_000
                ).redemption_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(scan, range(10)))) == 1
    assert (Redemption.objects.count(), Voucher.objects.get().used) == (1, 2_000)
