"""Killed at any point and run again: exactly one charge per order, in our books and at the provider's."""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connections

from core.actor import SYSTEM
from core.laws import violations
from malls.catalog.models import Stock
from malls.orders import laws as order_laws
from malls.orders.actions import place_orders
from malls.orders.models import Order
from malls.payments import laws
from malls.payments.actions import charge_orders, charging
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import Charge
from malls.payments.reconciling import reconcile
from malls.payments.simulator.server import Simulator
from settlement.ledger.models import Posting
from tenants.municipalities.door import inside_slug
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order_draft

POINTS = (
    "reserved", "before the first call", "in the middle of the calls", "answered, not recorded",
    "ledger written, not committed", "first batch recorded", "at a random moment", "at another random moment",
)  # fmt: skip
ORDERS = 20
BATCH = 8
DICE = random.Random()  # noqa: S311  a moment, not a secret


@pytest.fixture
def simulator():
    one = Simulator(0)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def placed_orders(gateway, number):
    resident, product = a_resident(), a_product(received=number)
    a_card(resident, gateway)
    drafts = [an_order_draft(resident, [a_line(product)]) for _ in range(number)]
    return place_orders(drafts, by=SYSTEM, at=datetime.now(UTC))


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def dying(function, *, before=False, call=1):
    """The function, killed before or after its n-th call."""
    calls = count(1)

    def wrapped(*args, **kwargs):
        now = next(calls)
        if before and now == call:
            die()
        result = function(*args, **kwargs)
        if not before and now == call:
            die()
        return result

    return wrapped


def set_trap(point, gateway):
    """Make this process die at a point of charging."""
    traps = {
        "reserved": (charging, "reserve_charges", {}),
        "before the first call": (gateway, "charge", {"before": True}),
        "in the middle of the calls": (gateway, "charge", {"call": BATCH // 2}),
        "answered, not recorded": (charging, "record_outcomes", {"before": True}),
        "ledger written, not committed": (charging, "mark_paid", {"call": 2}),
        "first batch recorded": (charging, "record_outcomes", {}),
    }
    if point in traps:
        owner, name, when = traps[point]
        setattr(owner, name, dying(getattr(owner, name), **when))


def run_and_kill(point, key, base, orders):
    """A process of its own charges the orders and dies by SIGKILL."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            gateway = StripeGateway(key, base)
            set_trap(point, gateway)
            charging.charge_orders(orders, gateway=gateway, at=datetime.now(UTC), batch=BATCH)
        finally:
            os._exit(0)
    if "random" in point:
        time.sleep(DICE.uniform(0.01, 0.3))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or "random" in point, point


def test_kill_9_in_the_middle_of_charging_charges_everyone_once(scratch, simulator):
    key = "sk_test_crash"
    gateway = StripeGateway(key, simulator.address)
    for point in POINTS:
        orders = placed_orders(gateway, ORDERS)
        run_and_kill(point, key, simulator.address, orders)
        charge_orders(
            Order.objects.filter(pk__in=[order.pk for order in orders]), gateway=gateway, at=datetime.now(UTC)
        )
        states = Counter(Order.objects.filter(pk__in=[order.pk for order in orders]).values_list("state", flat=True))
        assert states == {"paid": ORDERS}, point
    check_books(gateway, simulator.provider.account(key), ORDERS * len(POINTS))


def check_books(gateway, account, number):
    charges = [row for row in account.all("charge").values() if row["status"] == "succeeded"]
    per_order = Counter(row["metadata"]["order"] for row in charges)
    assert set(per_order.values()) == {1}
    assert len(per_order) == number == Charge.objects.filter(state="succeeded").count()
    assert Posting.objects.filter(kind="charge").count() == number
    assert violations(laws.LAWS) + violations(order_laws.LAWS) == []
    hour = timedelta(hours=1)
    assert reconcile(gateway, datetime.now(UTC) - hour, datetime.now(UTC) + hour) == []


def in_threads(work, number):
    """Run `work(n)` in threads at once, each inside the scratch municipality with its own connection."""
    start = threading.Barrier(number)

    def one(index):
        try:
            with inside_slug("scratch"):
                start.wait()
                return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_two_billing_runs_at_once_charge_once(scratch):
    gateway = MemoryGateway()
    orders = placed_orders(gateway, 6)
    in_threads(lambda _: charge_orders(list(orders), gateway=gateway, at=datetime.now(UTC), batch=2), 4)
    charge_orders(orders, gateway=gateway, at=datetime.now(UTC))
    check_books(gateway, gateway.provider.account(gateway.api_key), 6)


def test_a_form_sent_eight_times_at_once_places_one_order(scratch):
    draft = an_order_draft()
    placed = in_threads(lambda _: place_orders([draft], by=SYSTEM, at=datetime.now(UTC))[0].pk, 8)
    assert (len(set(placed)), Order.objects.count()) == (1, 1)
    assert violations(order_laws.LAWS) == []


def test_the_last_five_pieces_go_to_five_of_ten_buyers(scratch):
    product = a_product(received=5)
    drafts = [an_order_draft(lines=[a_line(product)]) for _ in range(10)]
    placed = in_threads(lambda n: len(place_orders([drafts[n]], by=SYSTEM, at=datetime.now(UTC))), 10)
    assert sum(placed) == 5
    assert Stock.objects.get(pk=product.pk).available == 0
    assert violations(order_laws.LAWS) == []
