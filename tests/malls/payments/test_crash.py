"""Killed at any point and run again: exactly one charge per order, in our books and at the provider's."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from core.actor import SYSTEM
from core.laws import violations
from malls.catalog.models import Stock
from malls.orders import laws as order_laws
from malls.orders.actions import place_orders
from malls.orders.models import Order
from malls.payments import laws
from malls.payments.actions import charge_orders
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import Charge
from malls.payments.reconciling import reconcile
from malls.payments.simulator.server import Simulator
from settlement.ledger.models import Posting
from tenants.municipalities.door import inside_slug
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order_draft

CHILD = Path(__file__).parent / "crash_child.py"
ROOT = Path(__file__).parents[3]
POINTS = (
    "reserved", "before the first call", "in the middle of the calls", "answered, not recorded",
    "ledger written, not committed", "first batch recorded", "at a random moment", "at another random moment",
)  # fmt: skip
ORDERS = 20


@pytest.fixture
def simulator():
    one = Simulator(0)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def placed_orders(gateway, count):
    resident, product = a_resident(), a_product(received=count)
    a_card(resident, gateway)
    drafts = [an_order_draft(resident, [a_line(product)]) for _ in range(count)]
    return place_orders(drafts, by=SYSTEM, at=datetime.now(UTC))


def run_and_kill(point, key, base, orders):
    """A child process charges the orders and dies by SIGKILL."""
    words = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    database = " ".join(f"{name}={words[field]}" for name, field in names.items() if words.get(field))
    paths = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
    environment = {
        **os.environ,
        "GOEUL_DATABASE_URL": database,
        "PYTHONPATH": paths,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, str(CHILD), point, key, base, ",".join(str(order.pk) for order in orders)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
    with child:
        assert child.stdout.readline() == b"charging\n"
        if "random" in point:
            time.sleep(random.uniform(0.01, 0.25))
            child.kill()
        child.wait(timeout=60)
    if "random" not in point:
        assert child.returncode == -9, point


@pytest.mark.slow
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


def check_books(gateway, account, count):
    charges = [row for row in account.all("charge").values() if row["status"] == "succeeded"]
    per_order = Counter(row["metadata"]["order"] for row in charges)
    assert set(per_order.values()) == {1}
    assert len(per_order) == count == Charge.objects.filter(state="succeeded").count()
    assert Posting.objects.filter(kind="charge").count() == count
    assert violations(laws.LAWS) + violations(order_laws.LAWS) == []
    hour = timedelta(hours=1)
    assert reconcile(gateway, datetime.now(UTC) - hour, datetime.now(UTC) + hour) == []


def in_threads(work, count):
    """Run `work(n)` in threads at once, each inside the scratch municipality with its own connection."""
    start = threading.Barrier(count)

    def one(number):
        try:
            with inside_slug("scratch"):
                start.wait()
                return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


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
