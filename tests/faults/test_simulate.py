"""A town in which everything happens that may happen, from the first day to the payout: no law breaks, no won differs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from bundles.boxes.actions import allow_swap
from bundles.boxes.models import AddOn
from bundles.plans.models import Cadence, Payment, Plan
from bundles.vouchers.models import VoucherKind
from config.simulate.bank import Near
from config.simulate.books import BEGINNING
from config.simulate.habits import ALL_ON
from config.simulate.run import Lived, NothingOffered, live_through
from core.clock import kst_midnight
from core.state import Transition
from malls.catalog.models import TaxType
from malls.merchants.models import Merchant
from malls.payments.gateways.lines import InProcessLine
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import ComparedDay
from malls.payments.simulator.provider import Provider
from settlement.statements.actions import ensure_payee, verify_bank
from settlement.statements.models import Payee
from tenants.municipalities.door import inside
from tests.bundles.world import NOON, bundle, edition, merchant, partner, product, voucher_type
from tests.conftest import lasting_town
from tests.malls.payments.outsides import KOREAN, korean
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
PLANS = ("enable_sort", "enable_nestloop", "enable_indexscan")
"""Ways of the planner that decide in which order rows come when nobody says."""


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


@pytest.mark.slow
def test_same_seed_lives_the_same_life(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        one, its_moves = life_of("simulated-1")
        with another_planner():
            other, other_moves = life_of("simulated-2")
    assert (one.is_sound, one) == (True, other)
    assert its_moves == other_moves


def life_of(slug: str) -> tuple[Lived, list[tuple[Any, ...]]]:
    """A month in a new town, and every move of it."""
    with lasting_town(slug) as tenant, inside(tenant):
        market()
        lived = live_through(6, 1, 7, habits=BUSY, today=LAST, gateway=MemoryGateway("sk_test_simulated"))
        moves = Transition.objects.order_by("at", "thing", "thing_id", "id")
        return lived, list(moves.values_list("at", "thing", "thing_id", "before", "after", "by_kind", "why"))


@contextmanager
def another_planner() -> Iterator[None]:
    """The database goes other ways, as it does when its counts are older."""
    _plan("SET {} = off")
    try:
        yield
    finally:
        _plan("RESET {}")


def _plan(statement: str) -> None:
    with connection.cursor() as cursor:
        for name in PLANS:
            cursor.execute(statement.format(name))


@pytest.mark.slow
def test_town_of_a_korean_provider_lives_twice_hears_of_no_dispute_and_differs_in_no_won(sunchang: Any) -> None:
    market()
    provider = Provider()
    gateway = korean(InProcessLine(KOREAN, provider), provider.address)
    near = Near(MemoryGateway(KOREAN, provider))
    for seed in (7, 8):
        lived = live_through(4, 1, seed, habits=BUSY, today=LAST, gateway=gateway, line=near)
        assert (lived.broken, lived.differences, lived.happened["disputes_lost"]) == ([], [], 0)
        assert lived.happened["paid"] > 0
    told = sum(one.amount for one in gateway.balance_lines(BEGINNING, kst_midnight(LAST)))
    yesterday = ComparedDay.objects.latest("day")
    assert (yesterday.here, yesterday.there, ComparedDay.objects.count()) == (told, told, 32)


def test_town_without_plans_is_refused(sunchang: Any) -> None:
    with pytest.raises(NothingOffered):
        live_through(1, 1, 1)
