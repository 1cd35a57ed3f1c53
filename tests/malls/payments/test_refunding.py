"""Money given back: never more than was charged, once, and the books know."""

from datetime import UTC, datetime, timedelta

import pytest

from core.actor import SYSTEM, Actor
from core.laws import violations
from malls.catalog.models import Stock
from malls.fulfillment.models import Shipment
from malls.orders import laws as order_laws
from malls.orders.actions import confirm_orders, mark_delivered, mark_shipped
from malls.orders.models import Order
from malls.payments.actions import charge_orders, refund_order, settle_refunds
from malls.payments.errors import NothingToRefund, RefundRefused, RefundTooMuch
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS
from malls.payments.models import Refund
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from settlement.ledger.models import Entry
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime.now(UTC)
CLERK = Actor("person", "김상담", 1)


@pytest.fixture
def gateway():
    return MemoryGateway()


def a_paid_order(gateway, token="pm_card_visa", **line):  # noqa: S107  a public test name
    resident = a_resident()
    a_card(resident, gateway, token)
    order = an_order(resident, [a_line(a_product(), **line)], at=AT)
    charge_orders([order], gateway=gateway, at=AT)
    return Order.objects.get(pk=order.pk)


def give_back(order, gateway, amount=None):
    return refund_order(order, amount=amount, reason="단순 변심", gateway=gateway, by=CLERK, at=AT)


def balances():
    rows = Entry.objects.values_list("account__code", "amount")
    return {code: total for code in {code for code, _ in rows} if (total := sum(a for c, a in rows if c == code))}


def all_laws():
    return violations(LAWS) + violations(order_laws.LAWS)


def test_a_whole_refund_takes_everything_back(gateway):
    order = a_paid_order(gateway)
    refund = give_back(order, gateway)
    assert (refund.state, refund.amount, refund.by_name) == ("succeeded", 15_000, "김상담")
    assert Order.objects.get().state == "refunded"
    assert Shipment.objects.get().state == "cancelled"
    assert Stock.objects.get().reserved == 0
    assert balances() == {}
    assert all_laws() == []


def test_a_part_is_a_row_and_the_rest_can_follow(gateway):
    order = a_paid_order(gateway)
    give_back(order, gateway, 5_000)
    assert Order.objects.get().state == "paid"
    with pytest.raises(RefundTooMuch):
        give_back(order, gateway, 10_001)
    give_back(order, gateway, 10_000)
    with pytest.raises(NothingToRefund):
        give_back(order, gateway)
    assert list(Refund.objects.order_by("id").values_list("amount", flat=True)) == [5_000, 10_000]
    assert Order.objects.get().state == "refunded"
    assert all_laws() == []


def test_an_order_that_was_never_paid_has_nothing_to_refund(gateway):
    with pytest.raises(NothingToRefund):
        give_back(an_order(at=AT), gateway)
    assert Refund.objects.count() == 0


def test_a_confirmed_order_gives_its_earnings_back(gateway):
    order = a_paid_order(gateway, discount_municipality=2_000)
    for move in (mark_shipped, mark_delivered, confirm_orders):
        move([Order.objects.get()], by=SYSTEM, at=AT)
    Shipment.objects.update(state="delivered")
    give_back(order, gateway)
    assert Order.objects.get().state == "refunded"
    assert balances() == {}
    assert all_laws() == []


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_after"])
def test_a_lost_answer_is_found_and_given_back_once(gateway, fault):
    order = a_paid_order(gateway)
    gateway.provider.faults.add(Fault(fault, path="/v1/refunds"))
    assert give_back(order, gateway).state == "unknown"
    with pytest.raises(NothingToRefund):
        give_back(order, gateway)
    settle_refunds(gateway=gateway, at=AT + timedelta(minutes=6))
    assert Refund.objects.get().state == "succeeded"
    charge = gateway.charges()[0]
    assert charge["amount_refunded"] == 15_000
    assert all_laws() == []


def test_a_disputed_charge_is_not_refunded(gateway):
    order = a_paid_order(gateway, "pm_card_createDispute")
    with pytest.raises(RefundRefused):
        give_back(order, gateway)
    assert (Refund.objects.get().state, Order.objects.get().state) == ("failed", "paid")
    assert all_laws() == []


def test_a_refund_that_fails_later_comes_back_to_the_books(gateway):
    order = a_paid_order(gateway, "pm_card_refundFail")
    refund = give_back(order, gateway, 5_000)
    account = gateway.provider.account(gateway.api_key)
    paying.settle_refund(account, refund.provider_ref, "failed")
    from malls.payments.actions.refunding import record_refund

    (answer,) = gateway.refunds_of(refund.charge.provider_ref)
    for _ in range(2):
        record_refund(refund, answer, by=SYSTEM, at=AT)
    assert Refund.objects.get().state == "failed"
    assert balances() == {"provider_clearing": 15_000, "customer_advances": -15_000}
    assert all_laws() == []
