"""Fair dispatch measured: many municipalities at once, each at its account's pace, with a provider that takes its time."""

import time
from typing import Any

from bundles.billing.dispatching import dispatch, due_municipalities
from bundles.billing.rules import PER_SECOND
from malls.payments.gateways import Outcome
from tenants.municipalities.door import inside, outside
from tests.bench.billing import AT, ON, AtOnce, Spent, _town, apart
from tests.bench.towns import open_many

TOWNS, BOXES, LATENCY = 30, 200, 0.2


class Slow(AtOnce):
    """A provider whose every answer takes a while."""

    threads = 6

    def charge(self, request: Any) -> Outcome:
        """Yes, after a while."""
        time.sleep(LATENCY)
        return super().charge(request)


def run(towns: int = TOWNS, boxes: int = BOXES) -> dict[str, float]:
    """Charges per second over all municipalities against the sum of their paces."""
    for opened in open_many(towns):
        apart(lambda tenant=opened.municipality: _fill(tenant, boxes))
    with outside():
        started = time.perf_counter()
        due = due_municipalities(ON)
        finding = time.perf_counter() - started
        spent = Spent(-time.perf_counter(), -time.process_time())
        turns = dispatch(ON, due, clock=lambda: AT, gateway_of=Slow)
        spent += Spent(time.perf_counter(), time.process_time())
    paid = sum(turn.run.paid for turn in turns if turn.run)
    return {
        "municipalities": towns,
        "paid": paid,
        "finding_due_ms": finding * 1000,
        "dispatch_s": spent.wall,
        "client_cpu_s": spent.cpu,
        "charges_per_s": paid / spent.wall,
        "of_the_sum_of_paces": paid / spent.wall / (towns * PER_SECOND),
        "problems": sum(bool(turn.problem) for turn in turns),
    }


def _fill(tenant: Any, boxes: int) -> None:
    with inside(tenant):
        _town(boxes)
