"""A billing process that dies where it is told to: `crash_child.py POINT KEY API_BASE PK,PK,…`. Run by test_crash.py."""

import os
import signal
import sys
from datetime import UTC, datetime

import django

django.setup()

from malls.orders.models import Order  # noqa: E402
from malls.payments.actions import charging  # noqa: E402
from malls.payments.gateways.stripe import StripeGateway  # noqa: E402
from tenants.municipalities.door import inside_slug  # noqa: E402

BATCH = 8


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def dying(function, *, before=False, after=False, call=1):
    """The function, killed before or after its n-th call."""
    calls = iter(range(1, 10_000))

    def wrapped(*args, **kwargs):
        now = next(calls)
        if before and now == call:
            die()
        result = function(*args, **kwargs)
        if after and now == call:
            die()
        return result

    return wrapped


def main(point, key, base, pks):
    gateway = StripeGateway(key, base)
    traps = {
        "reserved": (charging, "reserve_charges", {"after": True}),
        "before the first call": (gateway, "charge", {"before": True}),
        "in the middle of the calls": (gateway, "charge", {"after": True, "call": BATCH // 2}),
        "answered, not recorded": (charging, "record_outcomes", {"before": True}),
        "ledger written, not committed": (charging, "mark_paid", {"after": True, "call": 2}),
        "first batch recorded": (charging, "record_outcomes", {"after": True}),
    }
    if point in traps:
        owner, name, when = traps[point]
        setattr(owner, name, dying(getattr(owner, name), **when))
    with inside_slug("scratch"):
        orders = list(Order.objects.filter(pk__in=pks).order_by("pk"))
        sys.stdout.write("charging\n")
        sys.stdout.flush()
        charging.charge_orders(orders, gateway=gateway, at=datetime.now(UTC), batch=BATCH)


main(sys.argv[1], sys.argv[2], sys.argv[3], [int(pk) for pk in sys.argv[4].split(",")])
