"""Fair dispatch: municipalities take turns; one that fails or is slow delays nobody else."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from bundles.billing.actions import run_billing
from bundles.billing.dispatching import dispatch, due_municipalities
from bundles.billing.models import BillingRun, BillingSetting
from bundles.billing.pacing import Paced
from bundles.subscriptions.models import Cycle
from core.clock import add_months
from core.errors import GatewayError
from malls.payments.gateways import ChargeRequest, Succeeded
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.provider import Provider
from tenants import tasks
from tenants.municipalities.door import inside, outside
from tenants.municipalities.models import Municipality
from tenants.schema import current_schema
from tests.bundles.world import TODAY, noon, offer, subscribed
from tests.conftest import lasting_town

NEXT = add_months(TODAY, 1)


@pytest.fixture
def towns(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Municipality]]:
    """Three municipalities with two due boxes each, and one without."""
    ACCOUNTS["now"] = Provider()
    with django_db_blocker.unblock(), ExitStack() as stack:
        made = []
        for name in ("first", "second", "third", "idle"):
            tenant = stack.enter_context(lasting_town(f"turn-{name}"))
            made.append(tenant)
            if name != "idle":
                with inside(tenant):
                    sold = offer()
                    for _ in range(2):
                        subscribed(sold, gateway_of())
        with outside():
            yield made


ACCOUNTS: dict[str, Provider] = {}
"""The provider of the towns that are open; each test has its own."""


def gateway_of() -> MemoryGateway:
    """The account of the municipality that is entered."""
    return MemoryGateway(f"sk_test_{current_schema()}", ACCOUNTS["now"])


def clock() -> datetime:
    return noon(NEXT).astimezone(UTC)


def test_municipalities_with_due_boxes_are_found_and_billed_until_none_is_left(towns):
    assert [one.schema_name for one in due_municipalities(NEXT)] == ["turn_first", "turn_second", "turn_third"]
    turns = dispatch(NEXT, due_municipalities(NEXT), clock=clock, gateway_of=gateway_of, workers=2)
    assert sorted((turn.tenant.schema_name, turn.run.paid, turn.problem) for turn in turns) == [
        ("turn_first", 2, ""), ("turn_second", 2, ""), ("turn_third", 2, ""),
    ]  # fmt: skip
    assert due_municipalities(NEXT) == []
    with inside(towns[3]):
        assert BillingRun.objects.count() == 0


def test_trouble_and_slowness_of_one_municipality_touch_no_other(towns):
    def troubled() -> MemoryGateway:
        if current_schema() == "turn_first":
            message = "the provider is away"
            raise GatewayError(message, permanent=False)
        if current_schema() == "turn_second":
            time.sleep(3)
        else:
            ended.append(current_schema())
        return gateway_of()

    ended: list[str] = []
    turns = dispatch(NEXT, due_municipalities(NEXT), clock=clock, gateway_of=troubled, workers=3)
    assert {turn.tenant.schema_name: turn.problem for turn in turns} == {
        "turn_first": "the provider is away", "turn_second": "", "turn_third": "",
    }  # fmt: skip
    assert turns[-1].tenant.schema_name == "turn_second"
    assert set(ended) == {"turn_third"}
    with inside(towns[0]):
        assert set(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"scheduled"}
    assert [one.schema_name for one in due_municipalities(NEXT)] == ["turn_first"]


def test_no_turn_begins_after_the_end_and_the_rest_stays_due(towns):
    with inside(towns[0]):
        BillingSetting.objects.create(pk=1, per_second=4)
    dispatch(NEXT, towns[:1], clock=clock, gateway_of=gateway_of, until=clock())
    with inside(towns[0]):
        assert BillingRun.objects.values_list("paid", "ended_at").get() == (2, None)
        assert run_billing(NEXT, at=clock(), gateway=gateway_of()).due == 0


def a_request(number: int) -> ChargeRequest:
    return ChargeRequest(f"k{number}", 1_000, 0, "cus", "pm", f"n{number}", clock())


class Answering:
    """A provider that notes when it was asked."""

    threads = 1

    def __init__(self) -> None:
        self.times: list[float] = []

    def charge(self, request: ChargeRequest) -> Succeeded:
        self.times.append(time.time())
        return Succeeded(request.key)


def test_an_account_is_asked_no_faster_than_it_takes():
    with time_machine.travel(clock(), tick=False) as traveller:
        provider = Answering()
        paced = Paced(provider, 20, wait=traveller.shift)
        for number in range(60):
            paced.charge(a_request(number))
    took = provider.times[-1] - provider.times[0]
    windows = [int(moment * 4) for moment in provider.times]
    assert max(windows.count(one) for one in set(windows)) == 5
    assert 2.7 <= took <= 3.1


def test_too_many_requests_are_asked_again_more_slowly_and_change_no_state():
    with time_machine.travel(clock(), tick=False) as traveller:
        gateway = MemoryGateway()
        gateway.set_clock(clock())
        gateway.provider.faults.add(Fault("rate_limit", count=2))
        paced = Paced(gateway, 20, wait=traveller.shift)
        outcome = paced.charge(a_request(1))
        assert gateway.asked == 3
        assert getattr(outcome, "why", "") != "status 429"
        slow = Answering()
        paced._gateway = slow
        for number in range(12):
            paced.charge(a_request(number))
    windows = [int(moment * 4) for moment in slow.times]
    assert max(windows.count(one) for one in set(windows)) == 1


def test_a_task_is_sent_only_to_municipalities_with_work_for_it(sunchang, monkeypatch):
    sent: list[Any] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **words: sent.append((name, words["kwargs"])))
    monkeypatch.setitem(tasks.WORK, "tests.wanted", lambda: current_schema() == "boseong")
    assert tasks.fan_out("tests.wanted") == 1
    assert sent == [("tests.wanted", {"schema": "boseong"})]
    assert tasks.fan_out("tests.always") == 2
