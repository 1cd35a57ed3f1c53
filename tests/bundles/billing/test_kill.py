"""Billing killed by SIGKILL at every step and run again: each box charged exactly once, here and at the provider's."""

import os
import random
import signal
import threading
import time
from collections import Counter
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from bundles.billing.actions import claiming, running
from bundles.billing.laws import LAWS
from bundles.subscriptions.laws import LAWS as SUBSCRIPTION_LAWS
from bundles.subscriptions.models import Cycle
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import Voucher
from core.clock import add_months, kst_date, now
from core.laws import violations
from malls.orders.laws import LAWS as ORDER_LAWS
from malls.payments.actions import charging
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.rules import FIRST_LOOK
from malls.payments.simulator.server import Simulator
from tests.bundles.world import noon, offer, partner, subscribed, voucher_type

BOXES = 9
BATCH = 4
DICE = random.Random()  # noqa: S311  a moment, not a secret
KEY = "sk_test_killed"


@pytest.fixture
def simulator():
    one = Simulator(0)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def dying(function: Any, *, before: bool = False, call: int = 1) -> Any:
    """The function, killed before or after its n-th call."""
    calls = count(1)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        turn = next(calls)
        if before and turn == call:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if not before and turn == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


POINTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "first batch claimed": ("running", "claim", {}),
    "second batch claimed": ("running", "claim", {"call": 2}),
    "charges reserved, not committed": ("claiming", "reserve_charges", {}),
    "before the first call": ("gateway", "charge", {"before": True}),
    "in the middle of the calls": ("gateway", "charge", {"call": 3}),
    "answered, not recorded": ("charging", "record_outcomes", {"before": True}),
    "paid, not committed": ("charging", "mark_paid", {"call": 2}),
    "first batch recorded": ("charging", "record_outcomes", {"call": 1}),
    "before the run's end": ("running", "end_terms", {"before": True}),
    "at a random moment": ("", "", {}),
}


def bill_and_die(point: str, base: str, on: Any) -> None:
    """A process of its own bills and dies."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            gateway = StripeGateway(KEY, base)
            owner, name, when = POINTS[point]
            place: Any = {"running": running, "claiming": claiming, "charging": charging, "gateway": gateway}.get(
                owner, SimpleNamespace()
            )
            if name:
                setattr(place, name, dying(getattr(place, name), **when))
            running.run_billing(on, at=noon(on), gateway=gateway, batch=BATCH)
        finally:
            os._exit(0)
    if not POINTS[point][1]:
        time.sleep(DICE.uniform(0.02, 0.4))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or not POINTS[point][1], point


@pytest.mark.slow
def test_kill_9_anywhere_and_run_again_charges_every_box_once(scratch, simulator):
    gateway = StripeGateway(KEY, simulator.address)
    sold = offer(voucher=voucher_type(partner()))
    made = [subscribed(sold, gateway, at=now()) for _ in range(BOXES)]
    anchor = kst_date(made[0].subscribed_at)
    for months, point in enumerate(POINTS, start=1):
        on = add_months(anchor, months)
        bill_and_die(point, simulator.address, on)
        run = running.run_billing(on, at=noon(on) + FIRST_LOOK, gateway=gateway, batch=BATCH)
        assert run.unknown == 0, point
        boxes = Cycle.objects.filter(number=months + 1).values_list("state", flat=True)
        assert Counter(boxes) == {"ordered": BOXES}, point
        account = simulator.provider.account(KEY)
        paid = Counter(
            row["metadata"]["order"] for row in account.all("charge").values() if row["status"] == "succeeded"
        )
        assert (set(paid.values()), len(paid)) == ({1}, BOXES * (months + 1)), point
        assert Voucher.objects.count() == BOXES * (months + 1), point
    assert violations([*LAWS, *SUBSCRIPTION_LAWS, *VOUCHER_LAWS, *ORDER_LAWS]) == []
