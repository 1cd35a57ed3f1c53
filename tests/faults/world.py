"""What the fault tests share: a simulator with books of its own, workers that die, and the comparison at the end.

`GOEUL_FAULT_SEEDS` (default 1) says how many seeds each fault is tried with.
"""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connections

from bundles.billing.actions import claiming, running
from bundles.billing.laws import LAWS as BILLING
from bundles.subscriptions.laws import LAWS as SUBSCRIPTIONS
from bundles.vouchers.laws import LAWS as VOUCHERS
from core.laws import violations
from malls.orders.laws import LAWS as ORDERS
from malls.payments.actions import charging
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.laws import LAWS as PAYMENTS
from malls.payments.models import Charge
from malls.payments.simulator.server import Simulator
from settlement.ledger.laws import LAWS as LEDGER
from tenants.municipalities.door import inside_slug
from tests.bundles.world import offer, partner, subscribed, voucher_type

KEY = "sk_test_faults"
SEEDS = range(int(os.environ.get("GOEUL_FAULT_SEEDS", "1")))
YOUNG = ("no_charge_unknown_for_long",)
"""Compares with the clock on the wall, while these tests live at other times."""
EVERY_LAW = [law for law in (*BILLING, *SUBSCRIPTIONS, *VOUCHERS, *ORDERS, *PAYMENTS, *LEDGER) if law.code not in YOUNG]
Point = tuple[str, str, dict[str, Any]]
POINTS: dict[str, Point] = {
    "F1 due boxes selected": ("claiming", "bills_of", {}),
    "F2 orders placed": ("claiming", "place_orders", {}),
    "F3 keys stored, not committed": ("claiming", "reserve_charges", {}),
    "F3 keys stored": ("running", "claim", {}),
    "F4 about to call": ("gateway", "charge", {"before": True}),
    "F4 called, in the middle": ("gateway", "charge", {"call": 2}),
    "F5 answered, not recorded": ("charging", "record_outcomes", {"before": True}),
    "F6 ledger written, not committed": ("charging", "post_many", {}),
    "F7 paid and told, not committed": ("charging", "mark_paid", {"call": 2}),
    "F7 batch recorded": ("charging", "record_outcomes", {}),
}
"""Where a worker dies: at each step of billing, before or after it is committed."""


def dice_of(seed: int) -> random.Random:
    """Chance that can be had again."""
    return random.Random(seed)  # noqa: S311  chance, not secrecy


@contextmanager
def provider() -> Iterator[Simulator]:
    """A payment simulator behind HTTP that outlives the workers."""
    one = Simulator(0)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield one
    finally:
        one.shutdown()
        one.server_close()


def residents(gateway: Any, count: int, at: datetime, **changes: Any) -> list[Any]:
    """Subscriptions to one bundle with a voucher; their first boxes are paid."""
    sold = offer(voucher=voucher_type(partner()), **changes)
    return [subscribed(sold, gateway, at=at) for _ in range(count)]


def dying(function: Any, *, before: bool = False, call: int = 1) -> Any:
    """The function; this process is killed before or after its n-th call."""
    calls = iter(range(1, call))

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        last = next(calls, None) is None
        if before and last:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def killed_worker(point: Point | None, base: str, on: date, at: datetime, *, batch: int, after: float = 0.0) -> bool:
    """A process of its own bills and dies at the point, or after some seconds; whether it was killed."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            gateway = StripeGateway(KEY, base)
            places: dict[str, Any] = {
                "running": running, "claiming": claiming, "charging": charging, "gateway": gateway,
            }  # fmt: skip
            if point:
                place, name, when = point
                setattr(places[place], name, dying(getattr(places[place], name), **when))
            else:
                threading.Timer(after, os.kill, [os.getpid(), signal.SIGKILL]).start()
            running.run_billing(on, at=at, gateway=gateway, batch=batch)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def check(account: Any, *, paid: int) -> None:
    """No law is broken, and the provider's own list of charges is ours: each order once, to the won."""
    theirs = [row for row in account.all("charge").values() if row["status"] == "succeeded"]
    assert set(Counter(row["metadata"]["order"] for row in theirs).values()) <= {1}
    ours = Charge.objects.filter(state="succeeded").values_list("key", "amount")
    assert sorted(ours) == sorted((row["metadata"]["key"], row["amount"]) for row in theirs)
    assert len(theirs) == paid
    assert violations(EVERY_LAW) == []


def account_of(gateway: MemoryGateway) -> Any:
    """The books of an account in this process."""
    return gateway.provider.account(gateway.api_key)


def together(jobs: list[Callable[[], Any]], slug: str = "scratch") -> list[Any]:
    """Run the jobs at the same moment, each in a thread with a connection of its own; results, or what was raised."""
    start = threading.Barrier(len(jobs))

    def one(job: Callable[[], Any]) -> Any:
        try:
            with inside_slug(slug):
                start.wait(20)
                return job()
        except Exception as error:  # noqa: BLE001  the caller looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))
