"""Fifty gates scan one voucher at the same moment: one green, forty-nine reds, one earning."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.errors import AlreadyRedeemed
from bundles.vouchers.laws import LAWS
from bundles.vouchers.models import Redemption
from core.laws import violations
from settlement.statements.models import Earning
from tenants.municipalities.door import inside_slug
from tests.bundles.vouchers.test_redeeming import bought
from tests.bundles.world import BY, NOON, partner, voucher_type

GATES = 50


def test_one_of_fifty_simultaneous_scans_wins(scratch):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    start = threading.Barrier(GATES)

    def scan(number: int) -> str:
        try:
            with inside_slug("scratch"):
                start.wait()
                redeem_voucher(voucher.code, kind.partner_id, by=BY, at=NOON, nonce=f"gate-{number}")
                return "green"
        except AlreadyRedeemed:
            return "red"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(GATES) as pool:
        answers = Counter(pool.map(scan, range(GATES)))
    assert answers == {"green": 1, "red": GATES - 1}
    assert (Redemption.objects.count(), Earning.objects.count()) == (1, 1)
    assert violations(LAWS) == []


def test_one_scan_sent_ten_times_at_once_is_one_use_and_ten_greens(scratch):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    start = threading.Barrier(10)

    def scan(_: int) -> int:
        try:
            with inside_slug("scratch"):
                start.wait()
                return redeem_voucher(voucher.code, kind.partner_id, by=BY, at=NOON, nonce="same").redemption_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(scan, range(10)))) == 1
    assert Redemption.objects.count() == 1
