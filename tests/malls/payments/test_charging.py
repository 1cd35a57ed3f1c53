"""Reserve, ask, record: once per order, whatever happens outside."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import SYSTEM
from core.laws import violations
from malls.orders.actions import cancel_orders
from malls.orders.errors import PaymentUnderWay
from malls.orders.models import Order, OrderState
from malls.orders.rules import LineDraft
from malls.payments.actions import ask, charge_orders, record_outcomes, reserve_charges, settle_unknown
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS
from malls.payments.models import Charge, ChargeState
from malls.payments.reconciling import reconcile
from malls.payments.simulator.faults import Fault
from settlement.ledger.models import Entry, Posting
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime.now(UTC)


@pytest.fixture
def gateway():
    return MemoryGateway()


def orders_with_cards(gateway, *tokens):
    product = a_product(received=1000)
    orders = []
    for token in tokens:
        resident = a_resident()
        a_card(resident, gateway, token)
        orders.append(an_order(resident, [a_line(product)], at=AT))
    return orders


def balance(code):
    return sum(Entry.objects.filter(account__code=code).values_list("amount", flat=True))


def at_provider(gateway):
    return [row["amount"] for row in gateway.charges() if row["status"] == "succeeded"]


def check_all_is_well(gateway):
    assert violations(LAWS) == []
    assert reconcile(gateway, AT - timedelta(hours=1), AT + timedelta(hours=1)) == []


def test_orders_are_charged_once_and_the_books_know(gateway):
    orders = orders_with_cards(gateway, "pm_card_visa", "pm_card_mastercard")
    for _ in range(2):
        charges = charge_orders(orders, gateway=gateway, at=AT)
    assert charges == []
    assert [order.state for order in Order.objects.all()] == [OrderState.PAID] * 2
    assert at_provider(gateway) == [15_000, 15_000]
    assert (balance("provider_clearing"), balance("customer_advances")) == (30_000, -30_000)
    check_all_is_well(gateway)


def test_one_decline_never_touches_another_resident(gateway):
    orders = orders_with_cards(gateway, "pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_visa")
    charges = charge_orders(orders, gateway=gateway, at=AT)
    assert [(charge.state, charge.decline_class) for charge in charges] == [
        ("succeeded", ""), ("declined", "soft"), ("succeeded", ""),
    ]  # fmt: skip
    assert [order.state for order in Order.objects.order_by("pk")] == ["paid", "placed", "paid"]
    check_all_is_well(gateway)


def test_a_decline_is_tried_again_under_a_new_key(gateway):
    (order,) = orders_with_cards(gateway, "pm_card_visa")
    gateway.script(order.resident.payment_methods.get().method_ref, ["insufficient_funds"])
    charge_orders([order], gateway=gateway, at=AT)
    charge_orders([order], gateway=gateway, at=AT + timedelta(minutes=1))
    rows = Charge.objects.order_by("attempt").values_list("attempt", "state", "decline_code")
    assert list(rows) == [(1, "declined", "insufficient_funds"), (2, "succeeded", "")]
    assert len(set(Charge.objects.values_list("key", flat=True))) == 2
    check_all_is_well(gateway)


def test_without_a_card_nothing_is_asked(gateway):
    order = an_order(at=AT)
    charge_orders([order], gateway=gateway, at=AT)
    charge = Charge.objects.get()
    assert (charge.state, charge.decline_code, charge.decline_class) == ("declined", "no_payment_method", "hard")
    assert gateway.asked == 0


def test_somebody_elses_card_is_never_charged(gateway):
    ours, theirs = orders_with_cards(gateway, "pm_card_visa", "pm_card_visa")
    card = theirs.resident.payment_methods.get()
    (charge,) = charge_orders([ours], gateway=gateway, at=AT, methods={ours.pk: card.pk})
    assert charge.method == ours.resident.payment_methods.get()


def test_orders_of_zero_won_are_paid_without_a_charge(gateway):
    free = LineDraft("voucher", "partner:1", "데모", "체험권", 1, 5_000, "exempt", 0, discount_municipality=5_000)
    order = an_order(lines=[free], shipping=0, at=AT)
    assert charge_orders([order], gateway=gateway, at=AT) == []
    assert Order.objects.get().state == "paid"
    assert (Charge.objects.count(), gateway.asked) == (0, 0)
    check_all_is_well(gateway)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_before", "error_after", "rate_limit"])
def test_a_lost_answer_is_found_out_and_never_charged_again(gateway, fault):
    (order,) = orders_with_cards(gateway, "pm_card_visa")
    gateway.provider.faults.add(Fault(fault))
    (charge,) = charge_orders([order], gateway=gateway, at=AT)
    assert charge.state == ("asked" if fault == "rate_limit" else "unknown")
    with pytest.raises(PaymentUnderWay):
        cancel_orders([order], by=SYSTEM, at=AT)
    assert settle_unknown(gateway=gateway, at=AT + timedelta(minutes=4)) == []
    settle_unknown(gateway=gateway, at=AT + timedelta(minutes=5))
    assert Order.objects.get().state == "paid"
    assert at_provider(gateway) == [15_000]
    check_all_is_well(gateway)


def test_an_outage_of_25_hours_is_looked_up_and_not_sent_again(gateway):
    (order,) = orders_with_cards(gateway, "pm_card_visa")
    gateway.provider.faults.add(Fault("drop_after"))
    charge_orders([order], gateway=gateway, at=AT)
    asked = gateway.asked
    settle_unknown(gateway=gateway, at=AT + timedelta(hours=25))
    assert gateway.asked == asked
    assert (Order.objects.get().state, at_provider(gateway)) == ("paid", [15_000])


def test_a_charge_that_never_arrived_is_given_up_after_a_day(gateway):
    (order,) = orders_with_cards(gateway, "pm_card_visa")
    gateway.provider.faults.add(Fault("drop_before"))
    charge_orders([order], gateway=gateway, at=AT)
    settle_unknown(gateway=gateway, at=AT + timedelta(hours=25))
    charge = Charge.objects.get()
    assert (charge.state, charge.decline_code, charge.decline_class) == ("declined", "not_received", "soft")
    charge_orders([order], gateway=gateway, at=AT + timedelta(hours=25))
    assert at_provider(gateway) == [15_000]


def test_a_charge_that_was_only_reserved_is_asked_by_the_janitor(gateway):
    orders = orders_with_cards(gateway, "pm_card_visa")
    reserve_charges(orders, at=AT)
    assert gateway.asked == 0
    settle_unknown(gateway=gateway, at=AT + timedelta(minutes=5))
    assert (Order.objects.get().state, at_provider(gateway)) == ("paid", [15_000])


def test_reserving_twice_gives_back_the_open_charge(gateway):
    orders = orders_with_cards(gateway, "pm_card_visa")
    first, second = reserve_charges(orders, at=AT), reserve_charges(orders, at=AT)
    assert [charge.pk for charge in first] == [charge.pk for charge in second]


def test_recording_twice_posts_once(gateway):
    orders = orders_with_cards(gateway, "pm_card_visa")
    outcomes = ask(reserve_charges(orders, at=AT), gateway, at=AT)
    assert len(record_outcomes(outcomes, at=AT)) == 1
    assert record_outcomes(outcomes, at=AT) == []
    assert Posting.objects.filter(kind="charge").count() == 1


def test_a_replaced_card_does_not_change_a_charge_under_way(gateway):
    (order,) = orders_with_cards(gateway, "pm_card_visa")
    gateway.provider.faults.add(Fault("drop_after"))
    charge_orders([order], gateway=gateway, at=AT)
    a_card(order.resident, gateway, "pm_card_mastercard")
    charge_orders([order], gateway=gateway, at=AT + timedelta(minutes=1))
    assert at_provider(gateway) == [15_000]
    assert Charge.objects.get().state == ChargeState.SUCCEEDED


def test_charging_many_takes_a_constant_number_of_statements(gateway):
    charge_orders(orders_with_cards(gateway, "pm_card_visa"), gateway=gateway, at=AT)
    counts = []
    for size in (1, 30):
        orders = orders_with_cards(gateway, *["pm_card_visa"] * size)
        with CaptureQueriesContext(connection) as seen:
            charge_orders(orders, gateway=gateway, at=AT)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 80


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("UPDATE orders_order SET state = 'placed', paid_at = NULL", "order_charged_once"),
        ("UPDATE payments_charge SET amount = amount + 1", "charge_is_in_the_books"),
        ("UPDATE payments_charge SET provider_ref = ''", "charge_asked_after_reserved"),
        (
            "UPDATE payments_charge SET state = 'unknown', settled_at = NULL, reserved_at = now() - interval '8 days'",
            "no_charge_unknown_for_long",
        ),
    ],
)
def test_laws_find_what_is_broken(gateway, change, law):
    charge_orders(orders_with_cards(gateway, "pm_card_visa"), gateway=gateway, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert law in {row.code for row in violations(LAWS)}


def test_reconciliation_names_every_difference(gateway):
    first, second, third = orders_with_cards(gateway, *["pm_card_visa"] * 3)
    charge_orders([first, second, third], gateway=gateway, at=AT)
    keys = [order.charges.get().key for order in (first, second, third)]
    Charge.objects.filter(key=keys[0]).update(amount=14_000)
    Charge.objects.filter(key=keys[1]).update(key="sunchang:elsewhere:1")
    found = reconcile(gateway, AT - timedelta(hours=1), AT + timedelta(hours=1))
    assert {(row.code, row.key) for row in found} == {
        ("amount", keys[0]), ("missing_here", keys[1]), ("missing_there", "sunchang:elsewhere:1"),
    }  # fmt: skip
