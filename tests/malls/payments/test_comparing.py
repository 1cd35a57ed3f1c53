"""The daily comparison: alike is zero, every difference has a name, and nothing is forced away."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import days_after, kst_date
from core.laws import violations
from malls.payments.actions import compare_day, compare_due, explain_difference, record_dispute
from malls.payments.errors import DayNotOver
from malls.payments.gateways import ChargeRequest
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS
from malls.payments.models import BalanceLine, Charge, ComparedDay, Difference
from malls.payments.simulator import balance, paying
from malls.payments.simulator.shapes import new_balance_line
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post
from settlement.ledger.rules import PostingDraft
from tests.malls.payments.test_refunding import CLERK, a_paid_order, balances, give_back, pieces

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime.now(UTC)
TODAY = kst_date(AT)
TOMORROW = AT + timedelta(days=1)


@pytest.fixture
def gateway():
    one = MemoryGateway()
    account = one.provider.account(one.api_key)
    account.fee_bp, account.dispute_fee = 300, 15_000
    return one


def account(gateway):
    return gateway.provider.account(gateway.api_key)


def compare(gateway, at=TOMORROW, day=TODAY):
    compared = compare_day(day, gateway=gateway, at=at)
    assert violations(LAWS) == []
    return compared


def found():
    return list(Difference.objects.order_by("subject").values_list("code", "here", "there"))


def a_strange_charge(gateway, order, key):
    method = order.charges.get().method
    return gateway.charge(
        ChargeRequest(key, 7_000, 0, method.customer_ref, method.method_ref, "x", AT - timedelta(hours=1))
    )


def test_everything_that_happens_stands_alike_fees_and_payouts_included(gateway):
    order = a_paid_order(gateway, quantity=2, amount=24_000)
    give_back(order, gateway, pieces(order, 1))
    disputed = a_paid_order(gateway, "pm_card_createDispute")
    for reference in list(account(gateway).all("dispute")):
        record_dispute(gateway.dispute(reference), at=AT)
    balance.pay_out(account(gateway), 5_000)
    compared = compare(gateway)
    assert (compared.gap, found()) == (0, [])
    fees = 810 + 450 + 15_000
    assert (balances()["provider_fees"], balances()["bank"]) == (fees, 5_000)
    assert compared.there == 27_000 - 12_000 + 15_000 - 15_000 - fees - 5_000
    assert disputed.state == "paid"
    compare(gateway)
    assert (ComparedDay.objects.count(), balances()["provider_fees"]) == (1, fees)


def test_a_day_that_is_not_over_is_not_compared(gateway):
    with pytest.raises(DayNotOver):
        compare_day(TODAY, gateway=gateway, at=AT)
    assert ComparedDay.objects.count() == 0


def test_each_difference_has_its_name(gateway):
    order = a_paid_order(gateway)
    a_strange_charge(gateway, order, "strange:1")
    account(gateway).put(new_balance_line({"id": "adj_1"}, "adjustment", -777, 0, int(AT.timestamp())))
    paying.create_refund(account(gateway), {"payment_intent": order.charges.get().provider_ref, "amount": "1000"})
    compare(gateway)
    assert sorted(found()) == [("missing_here", 0, 7_000), ("refund", 0, -1_000), ("unknown", 0, -777)]
    assert ComparedDay.objects.get().gap == -7_000 + 1_000 + 777


def test_a_charge_that_the_provider_does_not_list_and_another_amount(gateway):
    first, second = a_paid_order(gateway), a_paid_order(gateway)
    lines = account(gateway).all("balance_transaction")
    mine = list(lines)
    lines.pop(mine[0])
    lines[mine[1]]["amount"] = 14_000
    compare(gateway)
    assert sorted(found()) == [("amount", 15_000, 14_000), ("missing_there", 15_000, 0)]
    assert {one.order_number for one in Difference.objects.all()} == {first.number, second.number}


def test_charged_twice_under_one_payment(gateway):
    order = a_paid_order(gateway)
    (charge,) = gateway.charges()
    account(gateway).put(new_balance_line(charge, "charge", 15_000, 0, int(AT.timestamp())))
    compare(gateway)
    assert found() == [("twice", 15_000, 30_000)]
    assert order.charges.count() == 1


def test_a_day_apart_is_timing_and_heals(gateway):
    order = a_paid_order(gateway)
    line = next(iter(account(gateway).all("balance_transaction").values()))
    line["created"] = int((AT + timedelta(days=1)).timestamp())
    compare_day(TODAY, gateway=gateway, at=AT + timedelta(days=2))
    assert found() == [("timing", 450, 0), ("timing", 15_000, 0)] or [code for code, _, _ in found()] == ["timing"]
    compare_day(days_after(TODAY, 1), gateway=gateway, at=AT + timedelta(days=2))
    assert Difference.objects.filter(compared__day=days_after(TODAY, 1)).count() == 0
    assert violations(LAWS) == []
    assert Charge.objects.get().order_id == order.pk


def test_an_explanation_is_carried_on_until_something_changes(gateway):
    order = a_paid_order(gateway)
    a_strange_charge(gateway, order, "strange:1")
    compare(gateway)
    for _ in range(2):
        explain_difference(Difference.objects.get(), "시험 결제, 환불 예정", by=CLERK, at=AT)
    later = AT + timedelta(days=2)
    compare(gateway, later, days_after(TODAY, 1))
    assert (
        list(Difference.objects.values_list("state", "explanation", "explained_by"))
        == [("explained", "시험 결제, 환불 예정", "김상담")] * 2
    )
    (strange,) = [one for one in gateway.charges() if one["amount"] == 7_000]
    account(gateway).put(new_balance_line(strange, "charge", 100, 0, int((AT + timedelta(days=1)).timestamp())))
    compare(gateway, later, days_after(TODAY, 1))
    assert Difference.objects.get(compared__day=days_after(TODAY, 1)).state == "open"


def test_days_that_were_missed_are_caught_up_in_order(gateway):
    a_paid_order(gateway)
    assert [one.day for one in compare_due(gateway=gateway, at=TOMORROW)] == [TODAY]
    days = [one.day for one in compare_due(gateway=gateway, at=AT + timedelta(days=4))]
    assert days == [days_after(TODAY, n) for n in (1, 2, 3)]
    assert compare_due(gateway=gateway, at=AT + timedelta(days=4)) == []
    assert BalanceLine.objects.count() == 1


def test_an_entry_of_ours_that_nobody_else_knows_is_unknown(gateway):
    entries = [(Code.PROVIDER_CLEARING, "", 500), (Code.ROUNDING, "", -500)]
    post(PostingDraft("by_hand", "by_hand:1", AT, "손으로", entries))
    compare(gateway)
    assert found() == [("unknown", 500, 0)]
