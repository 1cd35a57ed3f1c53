"""F1–F7: kill -9 at each step of billing in a real process; run again, each box is charged exactly once."""

from collections import Counter

import pytest

from bundles.billing.actions import run_billing
from bundles.subscriptions.models import Cycle
from core.clock import now
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.rules import FIRST_LOOK
from tests.bundles.world import noon
from tests.faults.world import KEY, POINTS, SEEDS, check, dice_of, killed_worker, provider, residents

BOXES = 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_each_step_and_run_again(scratch, seed):
    dice = dice_of(seed)
    with provider() as simulator:
        gateway = StripeGateway(KEY, simulator.address)
        made = residents(gateway, BOXES, now())
        for number, (name, point) in enumerate(dice.sample(sorted(POINTS.items()), len(POINTS)), start=2):
            on = made[0].cycles.get(number=number).bill_on
            assert killed_worker(point, simulator.address, on, noon(on), batch=dice.choice((2, 3))), name
            run_billing(on, at=noon(on) + FIRST_LOOK, gateway=gateway)
            states = Counter(Cycle.objects.filter(number=number).values_list("state", flat=True))
            assert states == {"ordered": BOXES}, (seed, name)
        check(simulator.provider.account(KEY), paid=BOXES * (len(POINTS) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_two_workers_killed_at_random_moments(scratch, seed):
    dice = dice_of(seed)
    with provider() as simulator:
        gateway = StripeGateway(KEY, simulator.address)
        made = residents(gateway, BOXES, now())
        on = made[0].cycles.get(number=2).bill_on
        for _ in range(2):
            killed_worker(None, simulator.address, on, noon(on), batch=2, after=dice.uniform(0.02, 0.3))
        run_billing(on, at=noon(on) + FIRST_LOOK, gateway=gateway)
        assert Counter(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered": BOXES}
        check(simulator.provider.account(KEY), paid=BOXES * 2)
