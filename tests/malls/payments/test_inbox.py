"""The inbox in sets: a batch is claimed, each object is fetched once, all effects are written together."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import SYSTEM, Actor
from core.errors import GatewayError
from core.laws import violations
from malls.orders.models import Order
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway, open_simulated
from malls.payments.actions import charge_orders, events, process_events, receive_event, refund_order, retry_event
from malls.payments.gateways.messages import korean_message, stripe_message
from malls.payments.laws import LAWS
from malls.payments.models import Charge, ProviderAccount, Refund, WebhookEvent
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.webhooks import envelope
from settlement.ledger.models import Posting
from tenants.municipalities.door import inside
from tests.conftest import MallClient
from tests.factories.malls import a_card, a_resident, an_order

AT = datetime.now(UTC)
KINDS = ("stripe", "korean")
TOLD = {"stripe": None, "korean": ("payment_intent.succeeded", "charge.refunded", "refund.failed", "refund.updated")}


def a_provider(kind):
    IN_THIS_PROCESS.faults.clear()
    open_simulated(kind)
    return open_gateway()


@pytest.fixture(params=KINDS)
def gateway(request, sunchang):
    return a_provider(request.param)


def books():
    return IN_THIS_PROCESS.account(ProviderAccount.objects.get().secret_key)


def unknown_charges(gateway, count):
    """Paid at the provider, unknown to us."""
    resident = a_resident()
    a_card(resident, gateway)
    orders = [an_order(resident, at=AT) for _ in range(count)]
    IN_THIS_PROCESS.faults.add(Fault("drop_after", count=count))
    charge_orders(orders, gateway=gateway, at=AT)
    assert {charge.state for charge in Charge.objects.filter(order__in=orders)} == {"unknown"}
    return orders


def messages():
    """Everything that the provider has to tell, as the mall reads it."""
    account = books()
    kinds = TOLD["korean" if account.is_korean else "stripe"]
    events = [one for one in account.all("event").values() if kinds is None or one["type"] in kinds]
    letters = [envelope(account, event, "whsec", int(AT.timestamp())) for event in events]
    return [korean_message(*one) if account.is_korean else stripe_message(one[0]) for one in letters]


def deliver(gateway):
    for message in messages():
        receive_event(message, at=AT)
    return WebhookEvent.objects.filter(processed_at=None).count()


def test_many_messages_settle_many_charges(gateway):
    unknown_charges(gateway, 5)
    waiting = deliver(gateway)
    assert process_events(gateway=gateway, at=AT) == waiting
    assert {order.state for order in Order.objects.all()} == {"paid"}
    assert Posting.objects.filter(kind="charge").count() == 5
    assert not WebhookEvent.objects.filter(processed_at=None).exists()
    assert violations(LAWS) == []


def test_statements_do_not_grow_with_the_messages(gateway):
    counts = []
    for number in (1, 2, 30):
        unknown_charges(gateway, number)
        deliver(gateway)
        with CaptureQueriesContext(connection) as seen:
            process_events(gateway=gateway, at=AT)
        counts.append(len(seen))
    assert counts[1] == counts[2]


def test_each_object_is_fetched_once_however_often_it_is_told(gateway, monkeypatch):
    unknown_charges(gateway, 2)
    for message in messages() * 3:
        receive_event(message, at=AT)
    asked = []
    known = type(gateway).lookup
    monkeypatch.setattr(
        type(gateway), "lookup", lambda self, request: asked.append(request.key) or known(self, request)
    )
    process_events(gateway=gateway, at=AT)
    assert sorted(asked) == sorted(Charge.objects.values_list("key", flat=True))


def test_an_object_that_is_not_answered_waits_and_the_others_go_on(gateway, monkeypatch):
    unknown_charges(gateway, 3)
    deliver(gateway)
    silent = Charge.objects.earliest("pk").key
    known = type(gateway).lookup

    def lookup(self, request):
        if request.key == silent:
            raise GatewayError("no answer", permanent=False)
        return known(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(type(gateway), "lookup", lookup)
        process_events(gateway=gateway, at=AT)
    assert sorted(Charge.objects.values_list("state", flat=True)) == ["succeeded", "succeeded", "unknown"]


def test_a_message_about_nothing_of_ours_is_quarantined(gateway):
    unknown_charges(gateway, 1)
    deliver(gateway)
    order = Order.objects.get()
    Charge.objects.update(key="another:260101-AAAA:1", provider_ref="")
    process_events(gateway=gateway, at=AT)
    row = WebhookEvent.objects.filter(topic="payment").latest("pk")
    assert (row.processed_at, row.refused_why) == (AT, "not_ours")
    order.refresh_from_db()
    assert (order.state, Posting.objects.count()) == ("placed", 0)


def test_one_that_cannot_be_written_does_not_stop_the_others(gateway, monkeypatch):
    orders = unknown_charges(gateway, 4)
    deliver(gateway)

    bad, known = Charge.objects.get(order=orders[2]).pk, events.record_outcomes

    def record(outcomes, **rest):
        if bad in outcomes:
            message = "a row that breaks"
            raise ValueError(message)
        return known(outcomes, **rest)

    monkeypatch.setattr(events, "record_outcomes", record)
    process_events(gateway=gateway, at=AT)
    assert Charge.objects.get(pk=bad).state == "unknown"
    assert Charge.objects.filter(state="succeeded").count() == 3
    for minutes in range(1, 21):
        process_events(gateway=gateway, at=AT + timedelta(minutes=minutes))
    assert WebhookEvent.objects.filter(refused_why="failed").exists()
    assert not WebhookEvent.objects.filter(processed_at=None).exists()
    monkeypatch.setattr(events, "record_outcomes", known)
    for row in WebhookEvent.objects.filter(refused_why="failed"):
        retry_event(row, by=Actor("person", "담당"), at=AT)
    process_events(gateway=gateway, at=AT + timedelta(hours=1))
    assert Charge.objects.get(pk=bad).state == "succeeded"
    assert violations(LAWS) == []


def test_a_refund_that_failed_later_is_told_and_found(gateway):
    resident = a_resident()
    a_card(resident, gateway, "pm_card_refundFail")
    order = an_order(resident, at=AT)
    charge_orders([order], gateway=gateway, at=AT)
    order.refresh_from_db()
    refund = refund_order(order, reason="시험", gateway=gateway, by=SYSTEM, at=AT)
    assert refund.state == "pending"
    paying.settle_refund(books(), refund.provider_ref, "failed")
    deliver(gateway)
    process_events(gateway=gateway, at=AT)
    assert Refund.objects.get().state in ("failed", "owed")
    assert violations(LAWS) == []


def test_a_worker_that_was_killed_lets_go(gateway):
    unknown_charges(gateway, 1)
    deliver(gateway)
    WebhookEvent.objects.update(claimed_until=AT + timedelta(minutes=4))
    assert process_events(gateway=gateway, at=AT) == 0
    assert process_events(gateway=gateway, at=AT + timedelta(minutes=5)) > 0
    assert Order.objects.get().state == "paid"


def test_the_korean_door_takes_what_is_sealed_now(sunchang):
    gateway, mall = a_provider("korean"), MallClient("sunchang.localhost")
    unknown_charges(gateway, 1)
    event = next(one for one in books().newest("event") if one["type"] == "payment_intent.succeeded")
    secret = ProviderAccount.objects.get().webhook_secret

    def send(secret, off=0, change=b""):
        body, headers = envelope(books(), event, secret, int(datetime.now(UTC).timestamp()) + off)
        return mall.post(
            "/webhooks/korean/", body + change, content_type="application/json", headers=headers
        ).status_code

    assert [send("wrong"), send(secret, -301), send(secret, 600), send(secret, 0, b" ")] == [400] * 4
    assert WebhookEvent.objects.count() == 0
    body = json.dumps({}).encode()
    assert mall.post("/webhooks/korean/", body, content_type="application/json").status_code == 400
    assert [send(secret), send(secret)] == [200, 200]
    assert WebhookEvent.objects.count() == 1
    process_events(gateway=gateway, at=AT)
    assert Order.objects.get().state == "paid"


@pytest.mark.parametrize("kind", KINDS)
def test_six_workers_share_an_inbox_without_doing_anything_twice(scratch, kind):
    gateway = a_provider(kind)
    unknown_charges(gateway, 24)
    for message in messages() * 2:
        receive_event(message, at=AT)

    def work(_):
        with inside(scratch):
            try:
                return process_events(gateway=gateway, at=AT, batch=5)
            finally:
                connection.close()

    waiting = WebhookEvent.objects.count()
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == waiting
    assert {order.state for order in Order.objects.all()} == {"paid"}
    assert Posting.objects.filter(kind="charge").count() == 24
    assert violations(LAWS) == []
