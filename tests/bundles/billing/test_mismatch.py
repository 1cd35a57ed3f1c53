"""A key that went out twice with different values: our fault. An alarm, a parked subscription, no charge."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bundles.billing.actions import run_billing, unpark
from bundles.subscriptions.models import Cycle, CycleState, Parked
from core.clock import kst_date
from malls.payments.actions import asking, settle_unknown
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge, ChargeState
from tests.bundles.world import BY, NOON, TODAY, noon, offer, subscribed

DUE = TODAY + timedelta(days=30)


@pytest.fixture
def mismatched(sunchang, monkeypatch):
    """A box whose key the provider already knows with another amount, which was then declined."""
    gateway = MemoryGateway()
    made = subscribed(offer(), gateway, at=NOON)
    box = made.cycles.get(number=2)
    Cycle.objects.filter(pk=box.pk).update(bill_on=DUE)
    gateway.set_clock(noon(DUE))
    known = asking.request_of
    gateway.script(made.method.method_ref, ["insufficient_funds"])

    def twice(charge):
        request = known(charge)
        gateway.charge(replace(request, amount=request.amount + 1_000))
        return request

    monkeypatch.setattr(asking, "request_of", twice)
    yield gateway, made, box
    monkeypatch.undo()


def test_it_parks_alarms_and_charges_nothing(mismatched, caplog):
    gateway, made, box = mismatched
    before = len([row for row in gateway.charges() if row["status"] == "succeeded"])
    with caplog.at_level(logging.CRITICAL):
        run_billing(DUE, at=noon(DUE), gateway=gateway)
    charge = Charge.objects.latest("pk")
    made.refresh_from_db()
    box.refresh_from_db()
    assert (charge.state, charge.look_up_at) == (ChargeState.UNKNOWN, None)
    assert (made.parked_why, box.state) == (Parked.MISMATCH, CycleState.DUE)
    assert [record.levelname for record in caplog.records if charge.key in record.message] == ["CRITICAL"]
    assert len([row for row in gateway.charges() if row["status"] == "succeeded"]) == before


def test_no_machine_goes_on_until_a_person_has_looked(mismatched, monkeypatch):
    gateway, made, box = mismatched
    run_billing(DUE, at=noon(DUE), gateway=gateway)
    monkeypatch.undo()
    asked = gateway.asked
    for hours in (1, 30, 100):
        at = noon(DUE) + timedelta(hours=hours)
        settle_unknown(gateway=gateway, at=at)
        run_billing(kst_date(at), at=at, gateway=gateway)
    assert gateway.asked == asked
    assert Charge.objects.filter(order=Cycle.objects.get(pk=box.pk).order).count() == 1
    made.refresh_from_db()
    later = noon(DUE) + timedelta(hours=101)
    unpark(made, why="값을 확인함", by=BY, at=later)
    settle_unknown(gateway=gateway, at=later)
    charge = Charge.objects.latest("pk")
    assert (charge.state, charge.decline_code) == (ChargeState.DECLINED, "insufficient_funds")
