"""F27: ten thousand tasks wait in the broker, it dies and comes back empty: the work is found where it always was."""

import secrets
from typing import Any

import pytest
import redis
from celery import Celery

from bundles.billing import tasks as billing_tasks
from bundles.billing.dispatching import dispatch, due_municipalities
from bundles.subscriptions.models import Cycle
from config.up import valkey
from config.up.ports import free_port
from config.up.tied import end
from core.clock import add_months
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import NOON, TODAY, noon
from tests.faults.world import account_of, check, residents

TASKS = 10_000
NEXT = add_months(TODAY, 1)
AT = noon(NEXT)
BOXES = 4


def waiting(client: Any) -> int:
    return int(client.llen("celery"))


@pytest.mark.slow
def test_broker_that_comes_back_empty_loses_no_work_and_repeated_tasks_do_none_twice(scratch, tmp_path, monkeypatch):
    gateway = MemoryGateway()
    gateway.set_clock(NOON)
    residents(gateway, BOXES, NOON)
    gateway.set_clock(AT)
    monkeypatch.setattr(billing_tasks, "open_gateway", lambda: gateway)
    monkeypatch.setattr(billing_tasks, "now", lambda: AT)
    port, password = free_port(), secrets.token_hex(8)
    broker = valkey.start(port, password, tmp_path)
    try:
        client = redis.Redis(port=port, password=password)
        sender = Celery("sender", broker=f"redis://:{password}@127.0.0.1:{port}/0", set_as_current=False)
        sender.send_task("billing.run", kwargs={"schema": "scratch"}, ignore_result=True)
        message = client.lindex("celery", 0)
        client.lpush("celery", *[message] * (TASKS - 1))
        assert waiting(client) == TASKS
        broker.kill()
        broker.wait()
        end(broker)
        broker = valkey.start(port, password, tmp_path)
        assert waiting(client) == 0
    finally:
        end(broker)
    assert [one.schema_name for one in due_municipalities(NEXT)] == ["scratch"]
    dispatch(NEXT, due_municipalities(NEXT), clock=lambda: AT, gateway_of=lambda: gateway, workers=1)
    for _ in range(3):
        billing_tasks.run.run()
    assert set(Cycle.objects.filter(number=2).values_list("state", flat=True)) == {"ordered"}
    check(account_of(gateway), paid=2 * BOXES)
