"""F35 and F37: closing while people use their vouchers at midnight; a bulk refund that the provider slows down."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.laws import LAWS as VOUCHERS
from core.clock import KST
from core.laws import violations
from malls.orders.models import Order
from malls.payments.actions import charge_orders, refund_order, settle_refunds
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Refund
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.provider import Provider
from settlement.ledger.laws import LAWS as LEDGER
from settlement.statements.actions import close_period
from settlement.statements.laws import LAWS as STATEMENTS
from settlement.statements.models import Earning, Statement
from tests.bundles.gates.world import bought
from tests.bundles.world import BY, partner, voucher_type
from tests.factories.malls import a_card, a_resident, an_order
from tests.faults.world import SEEDS, account_of, dice_of, together
from tests.settlement.people import CHECKER, MAKER

GUESTS, REFUNDS, CHECKOUTS = 16, 12, 6
MIDNIGHT = datetime(2026, 12, 1, tzinfo=KST)
SLOW = 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_month_closed_while_vouchers_are_used_around_midnight_loses_and_doubles_none(scratch, seed):
    dice = dice_of(seed)
    kind = voucher_type(partner(), face=1_000)
    vouchers = bought(kind, GUESTS)
    uses = [(one, MIDNIGHT + timedelta(seconds=dice.randint(-2, 2))) for one in vouchers]

    def use(voucher: Any, at: datetime) -> object:
        return redeem_voucher(voucher.code, kind.partner_id, by=BY, at=at, nonce=f"at-{voucher.pk}")

    use(vouchers[0], MIDNIGHT - timedelta(days=1))
    jobs = [lambda one=one, at=at: use(one, at) for one, at in uses[1:]]
    jobs += [
        lambda by=by: close_period("2026-11", by=by, at=MIDNIGHT + timedelta(minutes=1)) for by in (MAKER, CHECKER)
    ]
    dice.shuffle(jobs)
    assert [one for one in together(jobs) if isinstance(one, Exception)] == []
    close_period("2026-12", by=MAKER, at=MIDNIGHT + timedelta(days=31))
    earned = sum(Earning.objects.values_list("gross", flat=True))
    assert earned == GUESTS * 1_000
    assert sum(Statement.objects.values_list("sales", flat=True)) == earned
    assert violations([*VOUCHERS, *STATEMENTS, *LEDGER]) == []


def test_bulk_refund_that_is_slowed_down_delays_nobody_elses_checkout(scratch):
    """Two accounts of one provider: the one that refunds in bulk is told "too many requests", the other one buys."""
    provider, at = Provider(), datetime.now(UTC)
    bulk, shop = MemoryGateway("sk_test_bulk", provider), MemoryGateway("sk_test_shop", provider)
    orders = [paid(bulk, at) for _ in range(REFUNDS)]
    provider.faults.add(Fault("latency", path="/v1/refunds", count=None, seconds=SLOW))
    provider.faults.add(Fault("rate_limit", path="/v1/refunds", count=None, chance=0.5, seed=1))

    def give_all_back() -> int:
        for order in orders:
            refund_order(order, reason="bulk", gateway=bulk, by=BY, at=at)
        return len(orders)

    def buy() -> float:
        started = time.monotonic()
        assert paid(shop, at).state == "paid"
        return time.monotonic() - started

    _done, *waits = together([give_all_back, *[buy for _ in range(CHECKOUTS)]])
    assert [one for one in (_done, *waits) if isinstance(one, Exception)] == []
    assert {one.state for one in Refund.objects.all()} == {"succeeded", "unknown"}
    assert len(account_of(shop).all("charge")) == CHECKOUTS
    provider.faults.clear()
    settle_refunds(gateway=bulk, at=at + timedelta(minutes=6))
    assert set(Refund.objects.values_list("state", flat=True)) == {"succeeded"}
    theirs = account_of(bulk).all("refund").values()
    assert sorted(row["amount"] for row in theirs) == sorted(Refund.objects.values_list("amount", flat=True))
    assert len(theirs) == REFUNDS


def paid(gateway: MemoryGateway, at: datetime) -> Order:
    """An order that is paid."""
    resident = a_resident()
    a_card(resident, gateway)
    order = an_order(resident, at=at)
    charge_orders([order], gateway=gateway, at=at)
    return Order.objects.get(pk=order.pk)
