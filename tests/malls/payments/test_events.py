"""The provider's messages: forged ones refused, repeated and unordered ones harmless."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from core.laws import violations
from malls.orders.models import Order
from malls.payments.accounts import IN_THIS_PROCESS, ONLY, open_gateway
from malls.payments.actions import charge_orders, process_events
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS
from malls.payments.models import ProviderAccount, WebhookEvent
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.webhooks import signature
from settlement.ledger.models import Posting
from tests.conftest import MallClient
from tests.factories.malls import a_card, a_resident, an_order

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime.now(UTC)
URL = "/webhooks/stripe/"


@pytest.fixture
def gateway():
    IN_THIS_PROCESS.faults.clear()
    return open_gateway()


def an_unknown_charge(gateway):
    """Paid at the provider, unknown to us."""
    resident = a_resident()
    a_card(resident, gateway)
    order = an_order(resident, at=AT)
    gateway.provider.faults.add(Fault("drop_after"))
    charge_orders([order], gateway=gateway, at=AT)
    return order


def events_of(gateway, *kinds):
    rows = gateway.provider.account(gateway.api_key).all("event").values()
    return [row for row in rows if not kinds or row["type"] in kinds]


def send(mall, event, *, secret=None, off=timedelta(), body=None, header=None):
    body = body or json.dumps(event).encode()
    secret = secret or ProviderAccount.objects.get().webhook_secret
    header = header if header is not None else signature(secret, body, int((datetime.now(UTC) + off).timestamp()))
    return mall.post(URL, body, content_type="application/json", headers={"stripe-signature": header}).status_code


def test_a_signed_event_settles_what_was_unknown(gateway, mall):
    an_unknown_charge(gateway)
    (event,) = events_of(gateway, "payment_intent.succeeded")
    assert send(mall, event) == 200
    assert WebhookEvent.objects.get().processed_at is None
    process_events(gateway=gateway, at=AT)
    assert Order.objects.get().state == "paid"
    assert WebhookEvent.objects.get().processed_at == AT
    assert violations(LAWS) == []


def test_ten_copies_in_any_order_have_one_effect(gateway, mall):
    an_unknown_charge(gateway)
    letters = events_of(gateway) * 10
    random.Random(7).shuffle(letters)  # noqa: S311  disorder
    assert {send(mall, event) for event in letters} == {200}
    assert WebhookEvent.objects.count() == len(events_of(gateway))
    for _ in range(2):
        process_events(gateway=gateway, at=AT)
    assert Order.objects.get().state == "paid"
    assert Posting.objects.filter(kind="charge").count() == 1
    assert violations(LAWS) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "whsec_wrong"},
        {"off": timedelta(seconds=-301)},
        {"off": timedelta(minutes=10)},
        {"header": ""},
        {"header": "t=abc,v1=def"},
        {"header": "v1=00"},
    ],
)
def test_what_is_not_signed_now_by_us_is_refused(gateway, mall, wrong):
    an_unknown_charge(gateway)
    (event,) = events_of(gateway, "payment_intent.succeeded")
    assert send(mall, event, **wrong) == 400
    assert WebhookEvent.objects.count() == 0


def test_a_body_written_anew_is_refused(gateway, mall):
    an_unknown_charge(gateway)
    (event,) = events_of(gateway, "payment_intent.succeeded")
    header = signature(ProviderAccount.objects.get().webhook_secret, json.dumps(event).encode(), int(AT.timestamp()))
    assert send(mall, event, body=json.dumps(event, indent=1).encode(), header=header) == 400


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"id": "evt_1", "type": "x", "data": 3}'])
def test_signed_nonsense_is_refused_and_never_an_error(gateway, mall, body):
    header = signature(ProviderAccount.objects.get().webhook_secret, body, int(datetime.now(UTC).timestamp()))
    assert send(mall, {}, body=body, header=header) == 400
    assert WebhookEvent.objects.count() == 0


def test_during_rotation_both_secrets_are_good(gateway, mall):
    old = ProviderAccount.objects.get().webhook_secret
    ProviderAccount.objects.update(webhook_secret=f"whsec_new {old}")
    ProviderAccount.objects.get(pk=ONLY).save()
    an_unknown_charge(gateway)
    (event,) = events_of(gateway, "payment_intent.succeeded")
    row = ProviderAccount.objects.get()
    row.webhook_secret = f"whsec_new {old}"
    row.save()
    assert send(mall, event, secret=old) == 200
    assert send(mall, event, secret="whsec_new") == 200


def test_events_of_another_account_change_nothing(gateway, mall):
    other = MemoryGateway("sk_test_other", gateway.provider)
    other.add_endpoint("http://boseong.localhost/webhooks/stripe/")
    order = an_unknown_charge(gateway)
    card = a_card(a_resident(), other)
    event = {"id": "evt_of_others", "type": "payment_intent.succeeded", "data": {"object": {"id": card.method_ref}}}
    assert send(mall, event) == 200
    process_events(gateway=gateway, at=AT)
    order.refresh_from_db()
    row = WebhookEvent.objects.get()
    assert (order.state, row.processed_at, row.refused_why) == ("placed", AT, "not_ours")


def test_unknown_hosts_and_other_malls_refuse(gateway, mall, other_mall):
    an_unknown_charge(gateway)
    (event,) = events_of(gateway, "payment_intent.succeeded")
    secret = ProviderAccount.objects.get().webhook_secret
    assert mall.get(URL).status_code == 405
    assert send(other_mall, event, secret=secret) == 400
    assert send(MallClient("nowhere.localhost"), event, secret=secret) == 404
