"""A town in which everything happens that may happen, from the first day to the payout: no law breaks, no won differs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bundles.boxes.actions import allow_swap
from bundles.boxes.models import AddOn
from bundles.plans.models import Cadence, Payment, Plan
from bundles.vouchers.models import VoucherKind
from config.simulate.habits import ALL_ON
from config.simulate.run import NothingOffered, live_through
from malls.catalog.models import TaxType
from malls.merchants.models import Merchant
from malls.payments.gateways.memory import MemoryGateway
from settlement.statements.actions import ensure_payee, verify_bank
from settlement.statements.models import Payee
from tests.bundles.world import NOON, bundle, edition, merchant, partner, product, voucher_type
from tests.settlement.people import DESK, MAKER

LAST = date(2026, 11, 26)
"""The same life on whatever day this runs."""
BUSY = replace(
    ALL_ON, skip=90, pause=50, cancel=60, swap=250, add=250, gift=250, change=450, decline=200, trouble=250, crash=250,
    void=60, withdraw=25, refund_voucher=12, slow_refund=800, dispute=60, cut=600, twice=500, rise=1000, consent=50,
    redeem=60, second_subscription=400, leave_early=300,
)  # fmt: skip
"""So much in so small a town that hardly anything fails to happen."""
RARE = {"disputes_won", "given_up"}


def market() -> None:
    """Two bundles with everything a box may hold: taxed and exempt goods, an admission, an amount voucher."""
    museum = partner()
    shops = [merchant(), merchant("향가발효원")]
    for name, kind in (("장독 상자", VoucherKind.ADMISSION), ("고을 상자", VoucherKind.AMOUNT)):
        things = [
            product(shops[0], f"{name} 고추장"),
            product(shops[1], f"{name} 된장", 18_000, tax_type=TaxType.EXEMPT),
        ]
        sold = bundle(name, cadence=Cadence.WEEKLY)
        Plan.objects.create(bundle=sold, cadence=Cadence.BIWEEKLY)
        Plan.objects.create(bundle=sold, cadence=Cadence.WEEKLY, term_months=1, discount_bp=500)
        Plan.objects.create(
            bundle=sold, cadence=Cadence.WEEKLY, term_months=3, discount_bp=700, payment=Payment.PREPAID
        )
        made = edition(sold, [*things, voucher_type(museum, f"{name} 체험", kind=kind)], 40_000, month=date(2026, 9, 1))
        first = made.components.earliest("position")
        allow_swap(first, product(shops[1], f"{name} 매실청", 21_000), pieces=1, extra=1_500)
        AddOn.objects.create(product=product(shops[0], f"{name} 참기름", 9_000))
    Merchant.objects.update(approved_at=NOON)
    for one in Payee.objects.all():
        verify_bank(
            ensure_payee(
                one.ref, kind=one.kind, name=one.name, business_no="2208162517", bank_code="011",
                account="302-0123-4567-81", holder="데모", by=DESK,
            ), by=MAKER,
        )  # fmt: skip


@pytest.mark.slow
def test_everything_that_may_happen_happens_and_nothing_breaks(sunchang: Any) -> None:
    market()
    lived = live_through(26, 2, 7, habits=BUSY, today=LAST, gateway=MemoryGateway("sk_test_simulated"))
    assert lived.broken == []
    assert lived.differences == []
    assert {name for name, count in lived.happened.items() if count <= 0} <= RARE


def test_town_without_plans_is_refused(sunchang: Any) -> None:
    with pytest.raises(NothingOffered):
        live_through(1, 1, 1)
