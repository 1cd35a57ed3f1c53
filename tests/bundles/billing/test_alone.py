"""Two runs at once in one municipality: one does the work, the other says so."""

import threading

import pytest
from django.db import connections

from bundles.billing.actions import run_billing, running
from bundles.billing.errors import BillingUnderWay
from malls.payments.gateways.memory import MemoryGateway
from tenants.municipalities.door import inside_slug
from tests.bundles.world import NOON, TODAY


def test_second_run_is_refused_while_the_first_one_works(scratch, monkeypatch):
    monkeypatch.setattr(running, "WAIT", "100ms")
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with inside_slug("scratch"), running._alone():
            holding.set()
            done.wait(20)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    holding.wait(20)
    with pytest.raises(BillingUnderWay):
        run_billing(TODAY, at=NOON, gateway=MemoryGateway())
    done.set()
    other.join()
    assert run_billing(TODAY, at=NOON, gateway=MemoryGateway()).due == 0
