"""Money given back: never more than was charged, once, and the books know."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F, Sum
from hypothesis import given
from hypothesis import strategies as st

from core.actor import SYSTEM, Actor
from core.laws import violations
from core.money import rate_of
from malls.catalog.models import Stock
from malls.fulfillment import laws as box_laws
from malls.fulfillment.models import Shipment
from malls.fulfillment.queries import pieces_in
from malls.notices.actions import send_notices
from malls.notices.channels.post import open_post
from malls.orders import laws as order_laws
from malls.orders.actions import confirm_orders, mark_delivered, mark_shipped
from malls.orders.errors import PiecesGone
from malls.orders.models import Order, OrderLine
from malls.orders.pieces import Money, by_piece, money_of_pieces
from malls.orders.returning import Choice
from malls.orders.rules import LineDraft
from malls.payments.actions import charge_orders, record_refund, refund_order, repay_refund, settle_refunds
from malls.payments.errors import NothingToRefund, RefundRefused
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS
from malls.payments.models import Refund
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from settlement.ledger.models import Entry
from settlement.statements.models import Earning
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


def give_back(order, gateway, choice=None):
    return refund_order(order, choice=choice, reason="단순 변심", gateway=gateway, by=CLERK, at=AT)


def pieces(order, *counts, shipping=False):
    """So many pieces of each line in turn."""
    lines = order.lines.order_by("position")
    return Choice({line.pk: count for line, count in zip(lines, counts, strict=True)}, shipping=shipping)


def moved_on(*moves):
    for move in moves:
        move([Order.objects.get()], by=SYSTEM, at=AT)
    Shipment.objects.update(state={mark_shipped: "shipped"}.get(moves[-1], "delivered"))


def settle_at_provider(gateway, refund, state):
    paying.settle_refund(gateway.provider.account(gateway.api_key), refund.provider_ref, state)
    (answer,) = gateway.refunds_of(refund.charge.provider_ref)
    for _ in range(2):
        record_refund(refund, answer, by=SYSTEM, at=AT)


def balances():
    rows = Entry.objects.values_list("account__code", "amount")
    return {code: total for code in {code for code, _ in rows} if (total := sum(a for c, a in rows if c == code))}


def all_laws():
    return violations(LAWS) + violations(order_laws.LAWS) + violations(box_laws.LAWS)


def test_a_whole_refund_takes_everything_back(gateway):
    order = a_paid_order(gateway)
    refund = give_back(order, gateway)
    assert (refund.state, refund.amount, refund.by_name) == ("succeeded", 15_000, "김상담")
    assert Order.objects.get().state == "refunded"
    assert Shipment.objects.get().state == "cancelled"
    assert Stock.objects.get().reserved == 0
    assert balances() == {}
    assert all_laws() == []


def test_pieces_come_off_one_by_one_and_the_rest_can_follow(gateway):
    order = a_paid_order(gateway, quantity=3, amount=10_000, discount_municipality=1_000)
    part = give_back(order, gateway, pieces(order, 1))
    assert (part.amount, str(part.returned.lines.get()), part.returned.lines.get().discount_municipality) == (
        3_000, f"{order.lines.get().name} × 1", 333,
    )  # fmt: skip
    assert (Order.objects.get().state, Stock.objects.get().reserved, Shipment.objects.get().state) == (
        "paid", 2, "pending",
    )  # fmt: skip
    with pytest.raises(PiecesGone):
        give_back(order, gateway, pieces(order, 3))
    rest = give_back(order, gateway)
    with pytest.raises(NothingToRefund):
        give_back(order, gateway)
    assert part.amount + rest.amount == 12_000
    assert (Order.objects.get().state, Stock.objects.get().reserved) == ("refunded", 0)
    assert balances() == {}
    assert all_laws() == []


def test_the_shipping_fee_may_stay_with_us(gateway):
    order = a_paid_order(gateway)
    assert give_back(order, gateway, pieces(order, 1)).amount == 12_000
    assert Order.objects.get().state == "refunded"
    assert balances() == {"provider_clearing": 3_000, "shipping_income": -3_000}
    assert all_laws() == []


def test_a_shipping_fee_that_was_kept_can_follow_the_goods(gateway):
    order = a_paid_order(gateway)
    give_back(order, gateway, pieces(order, 1))
    assert give_back(order, gateway, pieces(order, 0, shipping=True)).amount == 3_000
    assert (Order.objects.get().state, balances()) == ("refunded", {})
    assert all_laws() == []


def test_what_was_sent_does_not_come_back_to_the_stock(gateway):
    order = a_paid_order(gateway, quantity=2, amount=24_000)
    moved_on(mark_shipped)
    give_back(order, gateway, pieces(order, 1))
    assert (Stock.objects.get().reserved, Stock.objects.get().shipped) == (0, 2)
    moved_on(mark_delivered, confirm_orders)
    assert list(Earning.objects.values_list("gross", "quantity")) == [(12_000, 1)]
    assert all_laws() == []


def test_pieces_that_come_off_are_not_packed(gateway):
    order = a_paid_order(gateway, quantity=3, amount=30_000)
    give_back(order, gateway, pieces(order, 2))
    assert [piece.quantity for piece in pieces_in(list(Shipment.objects.all()))] == [1]
    moved_on(mark_shipped)
    assert (Stock.objects.get().reserved, Stock.objects.get().shipped) == (0, 1)
    assert all_laws() == []


def test_a_part_of_a_confirmed_line_corrects_its_earning_to_the_won(gateway):
    order = a_paid_order(gateway, quantity=3, amount=10_001, discount_municipality=1_000, commission_bp=777)
    moved_on(mark_shipped, mark_delivered, confirm_orders)
    before = Earning.objects.get()
    give_back(order, gateway, pieces(order, 1, shipping=True))
    rows = list(Earning.objects.order_by("pk").values_list("kind", "gross", "quantity", "discount_municipality"))
    assert rows[1:] == [("correction", -10_001, -3, -1_000), ("correction", 6_668, 2, 667)]
    standing = Earning.objects.aggregate(payable=Sum("payable"), fee=Sum(F("commission") + F("commission_vat")))
    assert standing["fee"] == rate_of(6_668, 777)
    assert standing["payable"] < before.payable
    give_back(order, gateway)
    assert Earning.objects.aggregate(total=Sum("payable"))["total"] == 0
    assert balances() == {}
    assert all_laws() == []


@given(
    quantity=st.integers(1, 9),
    worth=st.lists(st.integers(0, 30_000), min_size=4, max_size=4),
    cut=st.integers(0, 9),
)
def test_pieces_share_every_purse_to_the_won(quantity, worth, cut):
    paid, city, platform, merchant = worth
    line = LineDraft(
        "product", "", "", "", quantity, sum(worth), "taxable", 0,
        discount_municipality=city, discount_platform=platform, discount_merchant=merchant,
    )  # fmt: skip
    every = by_piece(line)
    assert sum(every, Money()) == Money(paid, city, platform, merchant)
    assert min(piece.paid for piece in every) >= 0
    assert max(piece.paid for piece in every) - min(piece.paid for piece in every) <= 1
    numbers = range(1, min(cut, quantity) + 1)
    others = range(min(cut, quantity) + 1, quantity + 1)
    assert money_of_pieces(line, numbers) + money_of_pieces(line, others) == Money(paid, city, platform, merchant)


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


def test_a_disputed_charge_is_not_refunded_and_all_is_put_back(gateway):
    order = a_paid_order(gateway, "pm_card_createDispute")
    with pytest.raises(RefundRefused):
        give_back(order, gateway)
    assert (Refund.objects.get().state, Order.objects.get().state) == ("failed", "paid")
    assert (OrderLine.objects.get().taken, Shipment.objects.get().state, Stock.objects.get().reserved) == (
        0, "pending", 1,
    )  # fmt: skip
    assert all_laws() == []


def test_a_refund_on_its_way_that_fails_puts_everything_back(gateway):
    order = a_paid_order(gateway, "pm_card_refundFail")
    refund = give_back(order, gateway)
    assert (refund.state, Order.objects.get().state, Shipment.objects.get().state) == ("pending", "paid", "cancelled")
    settle_at_provider(gateway, refund, "failed")
    assert (Refund.objects.get().state, Shipment.objects.get().state) == ("failed", "pending")
    assert balances() == {"provider_clearing": 15_000, "customer_advances": -15_000}
    assert all_laws() == []


def test_a_refund_on_its_way_that_arrives_ends_the_order(gateway):
    refund = give_back(a_paid_order(gateway, "pm_card_pendingRefund"), gateway)
    account = gateway.provider.account(gateway.api_key)
    paying.settle_refund(account, refund.provider_ref, "succeeded")
    settle_refunds(gateway=gateway, at=AT + timedelta(minutes=6))
    assert (Refund.objects.get().state, Order.objects.get().state) == ("succeeded", "refunded")
    assert balances() == {}
    assert all_laws() == []


def test_money_that_came_back_after_the_box_left_short_is_owed_and_paid_by_transfer(gateway):
    order = a_paid_order(gateway, "pm_card_refundFail", quantity=2, amount=24_000)
    refund = give_back(order, gateway, pieces(order, 1))
    moved_on(mark_shipped)
    settle_at_provider(gateway, refund, "failed")
    assert Refund.objects.get().state == "owed"
    assert balances() == {"provider_clearing": 27_000, "customer_advances": -15_000, "refunds_due": -12_000}
    assert all_laws() == []
    for _ in range(2):
        repay_refund(refund, note="농협 1127 이체", by=CLERK, at=AT)
    assert Refund.objects.get().state == "repaid"
    assert balances() == {"provider_clearing": 27_000, "customer_advances": -15_000, "bank": -12_000}
    assert all_laws() == []


def test_who_gets_money_back_is_told_once_and_only_when_it_went(gateway, mailoutbox):
    pending = give_back(a_paid_order(gateway, "pm_card_pendingRefund"), gateway)
    told = [send_notices(at=AT, post=open_post())]
    paying.settle_refund(gateway.provider.account(gateway.api_key), pending.provider_ref, "succeeded")
    for _ in range(2):
        settle_refunds(gateway=gateway, at=AT + timedelta(minutes=6))
        told.append(send_notices(at=AT + timedelta(minutes=7), post=open_post()))
    assert told == [0, 1, 0]
    (letter,) = mailoutbox
    assert letter.subject == "15,000원을 돌려드렸어요"
    assert f"「{pending.charge.order.title}」의 15,000원을 돌려드렸어요({pending.charge.method})." in letter.body
    assert f"/my/orders/{pending.charge.order.number}/" in letter.body
    assert all_laws() == []
    Refund.objects.update(amount=14_000)
    assert "told_money_was_given_back" in {one.code for one in all_laws()}
