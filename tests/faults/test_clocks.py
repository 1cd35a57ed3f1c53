"""F28–F30: beats that meet or stay away, clocks that disagree, and the ends of months, years and days."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import KST, kst_date
from malls.payments.actions import settle_unknown
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge
from malls.payments.simulator.faults import Fault
from tests.bundles.world import NOON, TODAY, noon, offer, subscribed
from tests.faults.world import account_of, check, residents, together


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


def bill_around(gateway: MemoryGateway, days: list[date]) -> None:
    """Bill the day before, the day itself and the day after."""
    for day in (one + timedelta(days=off) for one in days for off in (-1, 0, 1)):
        gateway.set_clock(noon(day))
        run_billing(day, at=noon(day), gateway=gateway)


@pytest.mark.parametrize(
    ("joined", "billed"),
    [
        (date(2028, 1, 31), ["2028-01-31", "2028-02-29", "2028-03-31"]),
        (date(2026, 12, 31), ["2026-12-31", "2027-01-31", "2027-02-28"]),
        (date(2028, 2, 29), ["2028-02-29", "2028-03-29", "2028-04-29"]),
    ],
)
def test_months_that_are_too_short_bill_on_their_last_day_and_come_back(gateway, joined, billed):
    gateway.set_clock(noon(joined))
    sold = offer()
    made = subscribed(sold, gateway, at=noon(joined))
    bill_around(gateway, [date.fromisoformat(day) for day in billed[1:]])
    placed = Charge.objects.filter(state="succeeded").order_by("pk").values_list("reserved_at", flat=True)
    assert [f"{kst_date(at)}" for at in placed] == billed
    assert Subscription.objects.get(pk=made.pk).state == "active"
    check(account_of(gateway), paid=len(billed))


def test_last_second_of_the_year_in_korea_is_not_new_year_anywhere(gateway):
    """31 December 24:00 in Korea is 15:00 of the same day in Greenwich: the box of 1 January waits for it."""
    joined = date(2026, 12, 1)
    gateway.set_clock(noon(joined))
    subscribed(offer(), gateway, at=noon(joined))
    midnight = datetime(2027, 1, 1, tzinfo=KST)
    for at, paid in ((midnight - timedelta(seconds=1), 1), (midnight, 2), (midnight + timedelta(seconds=1), 2)):
        gateway.set_clock(at)
        run_billing(kst_date(at), at=at, gateway=gateway)
        assert Charge.objects.filter(state="succeeded").count() == paid
    check(account_of(gateway), paid=2)


@pytest.mark.parametrize("off", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_workers_whose_clocks_differ_by_ten_minutes_charge_once(scratch, off):
    gateway = MemoryGateway()
    gateway.set_clock(NOON)
    made = residents(gateway, 4, NOON)
    on = made[0].cycles.get(number=2).bill_on
    at = noon(on)
    gateway.set_clock(at)
    gateway.provider.faults.add(Fault("drop_after", count=2))
    jobs = [lambda at=at: run_billing(on, at=at, gateway=gateway, batch=2) for at in (at, at + off)]
    jobs += [lambda: settle_unknown(gateway=gateway, at=at + off)]
    assert [one for one in together(jobs) if isinstance(one, Exception)] == []
    for minutes in (20, 100):
        settle_unknown(gateway=gateway, at=at + timedelta(minutes=minutes))
        run_billing(on, at=at + timedelta(minutes=minutes), gateway=gateway)
    assert set(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered"}
    check(account_of(gateway), paid=8)


def test_week_without_a_beat_is_caught_up_oldest_first_one_box_a_day(gateway):
    made = subscribed(offer(cadence="weekly"), gateway, at=NOON)
    late = TODAY + timedelta(days=15)
    for day in (late, late + timedelta(days=1), late + timedelta(days=2)):
        gateway.set_clock(noon(day))
        run_billing(day, at=noon(day), gateway=gateway)
        Subscription.objects.filter(pk=made.pk).update(parked_why="")  # a person looked, and lets it go on
    numbers = Cycle.objects.filter(state="ordered").order_by("order__placed_at").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]
    check(account_of(gateway), paid=3)
