"""Several workers in one municipality at once: each box is charged exactly once, also when one of them is killed."""

import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from bundles.billing.actions import run_billing
from bundles.billing.laws import LAWS
from bundles.billing.models import BillingRun
from bundles.subscriptions.laws import LAWS as SUBSCRIPTION_LAWS
from bundles.subscriptions.models import Cycle
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from core.clock import add_months, kst_date, now
from core.laws import violations
from malls.catalog.models import Stock
from malls.orders.laws import LAWS as ORDER_LAWS
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import Charge
from malls.payments.rules import FIRST_LOOK
from malls.payments.simulator.server import Simulator
from settlement.ledger.laws import LAWS as LEDGER_LAWS
from tenants.municipalities.door import inside_slug
from tests.bundles.world import NOON, TODAY, noon, offer, partner, subscribed, voucher_type

NEXT = add_months(TODAY, 1)
EVERY_LAW = [*LAWS, *SUBSCRIPTION_LAWS, *VOUCHER_LAWS, *ORDER_LAWS, *LEDGER_LAWS]


def together(workers: int, work: Any) -> list[Any]:
    """Run `work()` in threads that begin at the same moment, each with a connection of its own."""
    start = threading.Barrier(workers)

    def one(_: int) -> Any:
        try:
            with inside_slug("scratch"):
                start.wait(20)
                return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_share_the_boxes_and_charge_each_once(scratch, workers):
    gateway = MemoryGateway()
    sold = offer(voucher=voucher_type(partner()))
    made = [subscribed(sold, gateway) for _ in range(12)]
    poor = made[0].method.method_ref
    gateway.script(poor, ["insufficient_funds"])
    runs = together(workers, lambda: run_billing(NEXT, at=noon(NEXT), gateway=gateway, batch=2))
    assert sum(run.paid for run in runs) == 11
    assert (sum(run.due for run in runs), sum(run.declined for run in runs), sum(run.unknown for run in runs)) == (
        12, 1, 0,
    )  # fmt: skip
    assert Counter(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered": 11, "failed": 1}
    assert Counter(Charge.objects.values_list("state", flat=True)) == {"succeeded": 23, "declined": 1}
    assert len([row for row in gateway.charges() if row["status"] == "succeeded"]) == 23
    assert BillingRun.objects.filter(ended_at=None).count() == 0
    assert violations(EVERY_LAW) == []


def test_workers_at_once_give_up_and_supersede_each_box_once(scratch):
    gateway = MemoryGateway()
    sold = offer(cadence="weekly")
    made = [subscribed(sold, gateway) for _ in range(4)]
    for one in made:
        gateway.script(one.method.method_ref, ["lost_card"] * 2)
    first = kst_date(NOON) + (made[0].cycles.get(number=2).bill_on - made[0].cycles.get(number=1).bill_on)
    run_billing(first, at=noon(first), gateway=gateway)
    later = made[0].cycles.get(number=3).bill_on
    together(3, lambda: run_billing(later, at=noon(later), gateway=gateway, batch=2))
    assert Counter(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"cancelled": 4}
    assert Counter(Cycle.objects.filter(number=3).values_list("state", flat=True)) == {"failed": 4}
    assert set(Stock.objects.values_list("reserved", flat=True)) == {8}
    assert violations(EVERY_LAW) == []


@pytest.fixture
def simulator():
    one = Simulator(0)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def test_one_of_two_workers_is_killed_and_the_other_goes_on(scratch, simulator):
    gateway = StripeGateway("sk_test_together", simulator.address)
    sold = offer()
    made = [subscribed(sold, gateway, at=now()) for _ in range(8)]
    on = made[0].cycles.get(number=2).bill_on
    connections.close_all()
    child = os.fork()
    if not child:
        dying(gateway)
        run_billing(on, at=noon(on), gateway=gateway, batch=4)
        os._exit(0)
    run_billing(on, at=noon(on), gateway=gateway, batch=2)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or Cycle.objects.filter(number=2, state="ordered").count() == 8
    run_billing(on, at=noon(on) + FIRST_LOOK, gateway=gateway)
    assert Counter(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered": 8}
    paid = [row["metadata"]["order"] for row in simulator.provider.account("sk_test_together").all("charge").values()]
    assert set(Counter(paid).values()) == {1}
    assert len(paid) == 16
    assert violations(EVERY_LAW) == []


def dying(gateway: Any) -> None:
    """This process dies once its third charge was answered."""
    calls = iter(range(3))
    real = gateway.charge

    def charge(request: Any) -> Any:
        outcome = real(request)
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    gateway.charge = charge
