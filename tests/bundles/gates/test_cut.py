"""Three gates, a thousand vouchers each, eight hours cut off, clocks fifteen minutes off, five in a hundred used twice."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from bundles.gates.laws import LAWS
from bundles.gates.models import Conflict, Outcome, Payer, Scan
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import Redemption
from core.laws import violations
from settlement.statements.models import Earning
from tests.bundles.gates.world import bought, gate, hand_in, token, told
from tests.bundles.world import NOON, partner, voucher_type

EACH, BATCH, SEED = 1_000, 100, 20_261_123


@pytest.mark.slow
def test_every_double_use_is_found_and_no_scan_is_lost(sunchang):
    dice = Random(SEED)  # noqa: S311  a seeded test
    kind = voucher_type(partner(), face=100, valid_days=30)
    vouchers = bought(kind, 3 * EACH)
    gates = [gate(kind.partner, f"입구 {number}") for number in range(3)]
    mine = [vouchers[number::3] for number in range(3)]
    doubles = [dice.sample(mine[number], EACH // 20) for number in range(3)]
    heaps = []
    for number in range(3):
        shown = [*mine[number], *doubles[(number + 1) % 3]]
        dice.shuffle(shown)
        wrong = timedelta(minutes=dice.choice((-15, 15)))
        heaps.append(
            [
                told(
                    token(one), at=NOON + timedelta(seconds=dice.randrange(8 * 3600)) + wrong,
                    offset=-round(wrong.total_seconds() * 1000), listed=NOON,
                )
                for one in shown
            ]
        )  # fmt: skip
    batches = [
        (number, heap[at : at + BATCH]) for number, heap in enumerate(heaps) for at in range(0, len(heap), BATCH)
    ]
    dice.shuffle(batches)
    home = NOON + timedelta(hours=9)
    for number, rows in batches:
        hand_in(gates[number], *rows, at=home)
    for number, rows in batches[:3]:  # killed before the answer arrived: the whole batch comes again
        hand_in(gates[number], *rows, at=home + timedelta(minutes=1))

    assert Scan.objects.count() == 3 * EACH + 3 * (EACH // 20) == 3_150
    assert Counter(Scan.objects.values_list("outcome", flat=True)) == {Outcome.HONORED: 3_000, Outcome.CONFLICT: 150}
    assert set(Conflict.objects.values_list("voucher_id", flat=True)) == {one.pk for many in doubles for one in many}
    assert Redemption.objects.count() == 3_000
    assert set(Conflict.objects.values_list("payer", "rule")) == {(Payer.MUNICIPALITY, "good_faith")}
    assert sum(Earning.objects.values_list("gross", flat=True)) == 3_150 * 100
    assert all(NOON <= at <= NOON + timedelta(hours=8) for at in Redemption.objects.values_list("at", flat=True))
    assert violations([*LAWS, *VOUCHER_LAWS]) == []
