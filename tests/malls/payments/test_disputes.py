"""Disputes: the order waits, the bank decides, each won is somewhere."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.actor import SYSTEM
from core.errors import Refusal
from core.laws import violations
from malls.catalog.models import Stock
from malls.fulfillment import laws as box_laws
from malls.fulfillment.models import Shipment
from malls.orders import laws as order_laws
from malls.orders.actions import confirm_orders, mark_delivered, mark_shipped
from malls.orders.models import Order, OrderLine
from malls.payments.actions import (
    accept_dispute,
    answer_dispute,
    process_events,
    receive_event,
    record_dispute,
    settle_disputes,
)
from malls.payments.errors import DisputeClosed, DisputeOpen, NothingToRefund
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.messages import stripe_message
from malls.payments.laws import LAWS
from malls.payments.models import Dispute, Refund
from malls.payments.simulator import paying
from settlement.statements import laws as statement_laws
from settlement.statements.models import Earning
from tests.malls.payments.test_refunding import CLERK, a_paid_order, balances, give_back

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime.now(UTC)


@pytest.fixture
def gateway():
    return MemoryGateway()


def account(gateway):
    return gateway.provider.account(gateway.api_key)


def contest(gateway, reason="fraudulent"):
    (charge,) = gateway.charges()
    paying.open_dispute(account(gateway), charge["id"], reason)
    return tell(gateway)


def tell(gateway):
    found = gateway.dispute(next(reversed(account(gateway).all("dispute"))))
    for _ in range(2):
        record_dispute(found, at=AT)
    return Dispute.objects.get()


def decide(gateway, status):
    paying.close_dispute(account(gateway), {}, Dispute.objects.get().provider_ref, status)
    return tell(gateway)


def all_laws():
    return violations([*LAWS, *order_laws.LAWS, *box_laws.LAWS, *statement_laws.LAWS])


def sent(*moves):
    for move in moves:
        move([Order.objects.get()], by=SYSTEM, at=AT)
    Shipment.objects.update(state="shipped" if moves == (mark_shipped,) else "delivered")


def test_an_order_that_was_not_sent_waits_and_goes_on_when_won(gateway):
    a_paid_order(gateway)
    dispute = contest(gateway)
    assert (dispute.state, dispute.withdrawn, dispute.respond_by > dispute.opened_at) == ("open", 15_000, True)
    assert (Shipment.objects.get().state, OrderLine.objects.get().taken) == ("cancelled", 1)
    assert balances() == {"disputed": 15_000, "customer_advances": -15_000}
    assert all_laws() == []
    decide(gateway, "won")
    assert (Shipment.objects.get().state, OrderLine.objects.get().taken) == ("pending", 0)
    assert balances() == {"provider_clearing": 15_000, "customer_advances": -15_000}
    assert all_laws() == []


def test_an_order_that_was_not_sent_is_over_when_lost(gateway):
    a_paid_order(gateway)
    contest(gateway)
    decide(gateway, "lost")
    assert (Order.objects.get().state, Stock.objects.get().reserved, balances()) == ("refunded", 0, {})
    assert all_laws() == []


def test_fraud_after_sending_is_the_malls_loss_and_merchants_are_paid(gateway):
    a_paid_order(gateway)
    sent(mark_shipped)
    contest(gateway)
    decide(gateway, "lost")
    assert balances() == {"dispute_losses": 15_000, "customer_advances": -15_000}
    sent(mark_delivered, confirm_orders)
    assert Earning.objects.get().gross == 12_000
    assert balances()["dispute_losses"] == 15_000
    assert all_laws() == []


def test_what_a_bank_took_is_not_given_back_again(gateway):
    a_paid_order(gateway)
    sent(mark_shipped, mark_delivered)
    contest(gateway)
    decide(gateway, "lost")
    before = balances()
    with pytest.raises(NothingToRefund):
        give_back(Order.objects.get(), gateway)
    assert (Refund.objects.count(), balances(), all_laws()) == (0, before, [])
    Refund.objects.create(
        charge=Dispute.objects.get().charge, key="twice", amount=1, by_name="-", reserved_at=AT + timedelta(days=1)
    )
    assert "refunds_and_disputes_within_charge" in {one.code for one in all_laws()}


@pytest.mark.parametrize("confirmed", [True, False])
def test_goods_that_the_buyer_never_got_are_the_merchants(gateway, confirmed):
    a_paid_order(gateway, discount_municipality=2_000)
    sent(mark_shipped, mark_delivered, *([confirm_orders] if confirmed else []))
    contest(gateway, "product_not_received")
    decide(gateway, "lost")
    assert sum(Earning.objects.values_list("payable", flat=True)) == 0
    assert (balances(), Order.objects.get().state) == ({}, "refunded")
    assert all_laws() == []


def test_confirmed_while_the_bank_thinks_is_corrected_when_lost_and_kept_when_won(gateway):
    a_paid_order(gateway)
    sent(mark_shipped, mark_delivered)
    contest(gateway, "product_unacceptable")
    sent(confirm_orders)
    assert Earning.objects.get().gross == 12_000
    decide(gateway, "won")
    assert Earning.objects.get().gross == 12_000
    assert "disputed" not in balances()
    assert all_laws() == []


def test_a_disputed_order_is_not_refunded_and_a_dispute_after_a_part_is_not_twice(gateway):
    order = a_paid_order(gateway, quantity=2, amount=24_000)
    contest(gateway)
    with pytest.raises(DisputeOpen):
        give_back(order, gateway)
    assert Refund.objects.count() == 0
    assert all_laws() == []


def test_staff_answers_once_and_may_give_up(gateway):
    a_paid_order(gateway)
    dispute = contest(gateway)
    assert answer_dispute(dispute, "송장 1234, 배송 완료", gateway=gateway, by=CLERK, at=AT).state == "review"
    with pytest.raises(DisputeClosed):
        answer_dispute(dispute, "again", gateway=gateway, by=CLERK, at=AT)
    assert Dispute.objects.get().evidence == "송장 1234, 배송 완료"
    assert accept_dispute(dispute, gateway=gateway, by=CLERK, at=AT).state == "lost"
    with pytest.raises(Refusal):
        accept_dispute(dispute, gateway=gateway, by=CLERK, at=AT)
    assert all_laws() == []


def test_lost_messages_do_no_harm(gateway):
    a_paid_order(gateway)
    dispute = contest(gateway)
    paying.close_dispute(account(gateway), {}, dispute.provider_ref, "won")
    assert settle_disputes(gateway=gateway, at=AT) == 1
    assert (Dispute.objects.get().state, settle_disputes(gateway=gateway, at=AT)) == ("won", 0)


def test_messages_in_any_order_end_alike(gateway):
    a_paid_order(gateway)
    (charge,) = gateway.charges()
    opened = paying.open_dispute(account(gateway), charge["id"], "fraudulent")
    paying.close_dispute(account(gateway), {}, opened["id"], "lost")
    events = [one for one in account(gateway).all("event").values() if "dispute" in one["type"]]
    for event in [*reversed(events), *events]:
        receive_event(stripe_message(json.dumps(event).encode()), at=AT)
    process_events(gateway=gateway, at=AT)
    assert (Dispute.objects.get().state, Order.objects.get().state, balances()) == ("lost", "refunded", {})
    assert all_laws() == []


def test_a_dispute_of_a_strange_payment_moves_nothing(gateway):
    a_paid_order(gateway)
    other = MemoryGateway("sk_test_other", gateway.provider)
    found = contest(gateway)
    strange = replace(gateway.dispute(found.provider_ref), reference="dp_strange", payment="pi_strange")
    assert record_dispute(strange, at=AT) is None
    assert (Dispute.objects.count(), other.dispute(found.provider_ref)) == (1, None)
