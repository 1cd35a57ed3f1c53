"""F13–F15: the provider's messages ten times at once, in any order, days late or never."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count

from core.clock import now
from malls.orders.models import Order
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway
from malls.payments.actions import charge_orders, process_events, refund_order, settle_refunds, settle_unknown
from malls.payments.models import Charge, Dispute, ProviderAccount, Refund, WebhookEvent
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.webhooks import signature
from settlement.ledger.models import Posting
from tests.bundles.world import BY
from tests.conftest import MallClient
from tests.factories.malls import a_card, a_resident, an_order
from tests.faults.world import SEEDS, account_of, check, dice_of, together

COPIES = 10
ORDERS = 4
LATE = timedelta(days=3)


@pytest.fixture
def gateway(scratch: Any) -> Any:
    IN_THIS_PROCESS.faults.clear()
    opened = open_gateway()
    yield opened
    IN_THIS_PROCESS.faults.clear()


def lost_orders(gateway: Any, count: int) -> list[Order]:
    """Orders whose money the provider has and whose answers were lost."""
    orders = []
    for _ in range(count):
        resident = a_resident()
        a_card(resident, gateway)
        orders.append(an_order(resident, at=now()))
    gateway.provider.faults.add(Fault("drop_after", count=count))
    charge_orders(orders, gateway=gateway, at=now())
    assert set(Charge.objects.values_list("state", flat=True)) == {"unknown"}
    return orders


def events_of(gateway: Any) -> list[dict[str, Any]]:
    return list(account_of(gateway).all("event").values())


def post(event: dict[str, Any]) -> int:
    body, secret = json.dumps(event).encode(), ProviderAccount.objects.get().webhook_secret
    header = signature(secret, body, int(now().timestamp()))
    answer = MallClient("scratch.localhost").post(
        "/webhooks/stripe/", body, content_type="application/json", headers={"stripe-signature": header}
    )
    return answer.status_code


def effects() -> dict[str, int]:
    """How often each fact stands in the books."""
    return dict(Posting.objects.values_list("kind").annotate(n=Count("pk")))


def test_ten_copies_at_once_have_one_effect(gateway):
    lost_orders(gateway, 1)
    (event,) = [one for one in events_of(gateway) if one["type"] == "payment_intent.succeeded"]
    copies = [lambda: post(event) for _ in range(COPIES)]
    working = [lambda: process_events(gateway=gateway, at=now()) for _ in range(4)]
    answers = together([*copies, *working])
    assert answers[:COPIES] == [200] * COPIES
    assert [one for one in answers if isinstance(one, Exception)] == []
    process_events(gateway=gateway, at=now())
    assert WebhookEvent.objects.filter(event_id=event["id"]).count() == 1
    assert effects()["charge"] == 1
    check(account_of(gateway), paid=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_in_any_order_end_where_the_provider_stands(gateway, seed):
    """Refunds and disputes are heard of before the charge they are about."""
    dice, books = dice_of(seed), account_of(gateway)
    orders = lost_orders(gateway, ORDERS)
    intents = {row["metadata"]["order"]: row for row in books.all("payment_intent").values()}
    for order in orders[1:3]:
        paying.open_dispute(books, intents[order.number]["latest_charge"], "fraudulent")
    dispute = next(iter(books.all("dispute").values()))
    paying.close_dispute(books, {}, dispute["id"], "won")
    heard = events_of(gateway)
    heard += dice.sample(heard, len(heard) // 2)
    dice.shuffle(heard)
    jobs = [lambda one=one: post(one) for one in heard]
    jobs += [lambda: process_events(gateway=gateway, at=now()) for _ in range(3)]
    assert [one for one in together(jobs) if isinstance(one, Exception)] == []
    for _ in range(2):
        process_events(gateway=gateway, at=now())
    theirs = sorted((row["id"], row["status"]) for row in books.all("dispute").values())
    states = {"won": "won", "needs_response": "open"}
    settle_again(gateway)
    assert sorted(Dispute.objects.values_list("provider_ref", "state")) == [(pk, states[one]) for pk, one in theirs]
    assert set(Charge.objects.values_list("state", flat=True)) == {"succeeded"}
    check(books, paid=ORDERS)


def settle_again(gateway: Any) -> None:
    """An event about a dispute whose charge was not known yet is heard of again with the next one; so are we."""
    for event in events_of(gateway):
        if event["type"].startswith("charge.dispute."):
            WebhookEvent.objects.filter(event_id=event["id"]).update(processed_at=None)
    process_events(gateway=gateway, at=now())


def test_message_that_never_comes_is_not_needed_and_one_that_comes_late_changes_nothing(gateway):
    (order,) = lost_orders(gateway, 1)
    settle_unknown(gateway=gateway, at=now() + timedelta(minutes=5))
    gateway.provider.faults.add(Fault("drop_after", path="/v1/refunds"))
    refund_order(Order.objects.get(pk=order.pk), reason="late", gateway=gateway, by=BY, at=now())
    settle_refunds(gateway=gateway, at=now() + timedelta(minutes=5))
    assert (Charge.objects.get().state, Refund.objects.get().state) == ("succeeded", "succeeded")
    before = effects()
    assert (before["charge"], before["refund"]) == (1, 1)
    for event in events_of(gateway):
        assert post(event) == 200
    process_events(gateway=gateway, at=now() + LATE)
    assert WebhookEvent.objects.filter(processed_at=None).count() == 0
    assert effects() == before
    check(account_of(gateway), paid=1)
