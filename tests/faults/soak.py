"""`make soak SEED=7 SECONDS=600`: faults in random composition, checked after every round. A seed that fails is a test to write.

Each round lives some days of a small town with lost answers, refusals, declines, killed workers, changed cards and
people who leave, then heals the provider, lets the janitor and billing finish, and compares the books.
"""

import os
import random
import sys
import time
from datetime import timedelta
from typing import Any

from tests import environment  # noqa: F401  sets the values and starts PostgreSQL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bundles.billing.actions import run_billing
from bundles.subscriptions.actions import cancel_subscription, change_method
from bundles.subscriptions.models import Subscription, SubscriptionState
from core.clock import kst_date, now
from core.errors import Refusal
from malls.payments.actions import settle_unknown
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import Charge
from malls.payments.rules import FIRST_LOOK
from malls.payments.simulator.faults import KINDS, Fault
from tests import database
from tests.bench.billing import scratch
from tests.bundles.world import BY, card, noon
from tests.faults.world import KEY, POINTS, check, dice_of, killed_worker, provider, residents

RESIDENTS = 6


def soak(seed: int, seconds: float) -> int:
    """Live until the time is over; the number of rounds."""
    dice = dice_of(seed)
    rounds, end = 0, time.monotonic() + seconds
    with scratch("soak"), provider() as simulator:
        gateway = StripeGateway(KEY, simulator.address)
        residents(gateway, RESIDENTS, now(), cadence="weekly")
        day = kst_date(now())
        while time.monotonic() < end:
            day += timedelta(days=dice.choice((1, 1, 2, 7)))
            _one_round(dice, gateway, simulator, day)
            rounds += 1
            print(f"round {rounds}: {day}, {Charge.objects.filter(state='succeeded').count()} charges", flush=True)
    return rounds


def _one_round(dice: random.Random, gateway: Any, simulator: Any, day: Any) -> None:
    at = noon(day)
    simulator.provider.faults.add(Fault(dice.choice(KINDS), count=dice.randint(1, 4), seed=dice.randrange(1_000)))
    living = list(Subscription.objects.filter(state=SubscriptionState.ACTIVE).select_related("method", "resident"))
    for one in dice.sample(living, min(len(living), 2)):
        _something(dice, gateway, simulator, one, at)
    if dice.random() < 0.5:
        killed_worker(dice.choice([*POINTS.values(), None]), simulator.address, day, at, batch=2, after=dice.random())
    else:
        run_billing(day, at=at, gateway=gateway, batch=3)
    simulator.provider.faults.clear()
    run_billing(day, at=at + FIRST_LOOK, gateway=gateway)
    settle_unknown(gateway=gateway, at=at + timedelta(hours=25))
    run_billing(day, at=at + timedelta(hours=11), gateway=gateway)
    if living_left() < RESIDENTS // 2:
        residents(gateway, RESIDENTS // 2, at, cadence="weekly")
    check(simulator.provider.account(KEY), paid=Charge.objects.filter(state="succeeded").count())


def _something(dice: random.Random, gateway: Any, simulator: Any, one: Subscription, at: Any) -> None:
    """What a resident, or their bank, does today."""
    chance = dice.random()
    if chance < 0.6:
        moods = simulator.provider.account(KEY).moods
        moods[one.method.method_ref] = [dice.choice(("insufficient_funds", "expired_card", "processing_error"))]
    elif chance < 0.9:
        change_method(one, card(one.resident, gateway), at=at)
    else:
        try:
            cancel_subscription(one, by=BY, at=at)
        except Refusal as no:
            print(no, flush=True)


def living_left() -> int:
    """Subscriptions that still bring boxes."""
    return Subscription.objects.filter(state=SubscriptionState.ACTIVE).count()


def main() -> None:
    """Run with the seed and the seconds of the environment."""
    seed, seconds = int(os.environ.get("SEED", "1")), float(os.environ.get("SECONDS", "60"))
    database.create()
    try:
        print(f"seed {seed}: {soak(seed, seconds)} rounds, no law broken, no difference to the provider's books")
    finally:
        database.drop()


if __name__ == "__main__":
    sys.exit(main())
