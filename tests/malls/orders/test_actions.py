"""Placing, paying, cancelling and confirming orders."""

from datetime import timedelta

import pytest

from core.actor import SYSTEM
from core.generation import generation
from core.laws import violations
from core.state import Transition
from malls.catalog.models import Stock
from malls.orders import hooks, queries
from malls.orders.actions import (
    cancel_orders,
    confirm_orders,
    mark_delivered,
    mark_paid,
    mark_shipped,
    place_order,
    place_orders,
)
from malls.orders.errors import OutOfStock
from malls.orders.laws import LAWS
from malls.orders.models import Order, OrderLine, OrderState
from settlement.ledger.models import Entry, Posting
from settlement.statements.models import Earning
from tests.factories.malls import AT, a_line, a_merchant, a_product, a_resident, an_order, an_order_draft

pytestmark = pytest.mark.usefixtures("sunchang")


def stock_of(product):
    row = Stock.objects.get(pk=product.pk)
    return row.received, row.reserved, row.shipped


def test_placing_freezes_lines_and_reserves_stock():
    product = a_product(received=10)
    order = an_order(lines=[a_line(product, quantity=3, amount=36_000, discount_municipality=1_000)])
    assert (order.goods, order.discount, order.shipping, order.total, order.tax_free) == (
        36_000,
        1_000,
        3_000,
        38_000,
        0,
    )
    assert Order.objects.get().number == order.number
    assert OrderLine.objects.get().amount == 36_000
    assert stock_of(product) == (10, 3, 0)
    assert [(row.before, row.after) for row in queries.history_of(order)] == [("", "placed")]


def test_the_same_source_is_placed_once():
    draft = an_order_draft()
    first = place_orders([draft, draft], by=SYSTEM, at=AT)
    second = place_orders([draft], by=SYSTEM, at=AT)
    assert [order.pk for order in first] == [order.pk for order in second]
    assert OrderLine.objects.count() == 1
    assert stock_of(a := OrderLine.objects.get().product) == (100, 1, 0), a


def test_drafts_that_find_too_little_are_left_out_whole():
    scarce, plenty = a_product(received=5), a_product()
    drafts = [an_order_draft(lines=[a_line(scarce, quantity=n), a_line(plenty)]) for n in (3, 4, 2)]
    placed = place_orders(drafts, by=SYSTEM, at=AT)
    assert [order.source for order in placed] == [drafts[0].source, drafts[2].source]
    assert (stock_of(scarce), stock_of(plenty)) == ((5, 5, 0), (100, 2, 0))
    assert queries.shortages([drafts[1]]) == {drafts[1].source: [scarce.name]}
    assert violations(LAWS) == []


def test_one_order_says_what_is_out_of_stock():
    product = a_product(received=0)
    with pytest.raises(OutOfStock):
        place_order(an_order_draft(lines=[a_line(product)]), by=SYSTEM, at=AT)
    assert Order.objects.count() == 0
    assert stock_of(product) == (0, 0, 0)


def test_placing_many_takes_a_constant_number_of_statements(django_assert_num_queries):
    product, resident = a_product(received=1000), a_resident()
    for size in (1, 30):
        drafts = [an_order_draft(resident, [a_line(product)]) for _ in range(size)]
        with django_assert_num_queries(8):
            place_orders(drafts, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("available", "quantity", "seen"),
    [(2, 2, True), (12, 2, True), (5, 1, True), (12, 1, False), (200, 100, False)],
)
def test_pages_are_drawn_anew_when_they_say_something_else_of_the_stock(
    available, quantity, seen, django_capture_on_commit_callbacks
):
    product = a_product(received=available)
    draft = an_order_draft(lines=[a_line(product, quantity=quantity)])
    before = generation()
    with django_capture_on_commit_callbacks(execute=True):
        (order,) = place_orders([draft], by=SYSTEM, at=AT)
        assert generation() == before
    after = generation()
    assert (after != before) is seen
    with django_capture_on_commit_callbacks(execute=True):
        cancel_orders([order], by=SYSTEM, at=AT)
    assert (generation() != after) is seen


def test_paying_twice_moves_once_and_tells_the_others(monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "paid", [lambda orders, **_: told.append([order.pk for order in orders])])
    order = an_order()
    assert mark_paid([order], by=SYSTEM, at=AT) == [order]
    assert mark_paid([Order.objects.get()], by=SYSTEM, at=AT) == []
    assert told == [[order.pk]]


def test_cancelling_gives_stock_back():
    product = a_product(received=5)
    order = an_order(lines=[a_line(product, quantity=2)])
    cancel_orders([order], by=SYSTEM, at=AT, why="다시 생각함")
    cancel_orders([order], by=SYSTEM, at=AT)
    assert stock_of(product) == (5, 0, 0)
    assert Transition.objects.filter(after="cancelled", why="다시 생각함").count() == 1


def delivered(order):
    mark_paid([order], by=SYSTEM, at=AT)
    mark_shipped([order], by=SYSTEM, at=AT)
    mark_delivered([order], by=SYSTEM, at=AT)
    return order


def test_confirmation_earns_for_every_merchant_once():
    ours, theirs = a_merchant(), a_merchant()
    order = delivered(
        an_order(
            lines=[
                a_line(a_product(ours), amount=20_000, discount_municipality=2_000, commission_bp=1_000),
                a_line(a_product(theirs, tax_type="exempt"), amount=10_000, discount_merchant=500, commission_bp=0),
            ]
        )
    )
    confirm_orders([order], by=SYSTEM, at=AT)
    assert confirm_orders([Order.objects.get()], by=SYSTEM, at=AT) == []
    rows = Earning.objects.order_by("id").values_list("payee__ref", "gross", "base", "commission", "order_ref")
    assert list(rows) == [
        (ours.payee_ref, 20_000, 20_000, 1_818, order.number),
        (theirs.payee_ref, 10_000, 9_500, 0, order.number),
    ]
    paid = sum(Entry.objects.filter(account__code="customer_advances").values_list("amount", flat=True))
    assert paid == order.total
    assert Posting.objects.filter(kind="shipping").count() == 1
    assert violations([law for law in LAWS if law.code == "confirmed_lines_are_earned"]) == []


def test_confirmation_is_due_seven_days_after_delivery():
    order = delivered(an_order())
    assert list(queries.due_for_confirmation(AT + timedelta(days=7) - timedelta(seconds=1))) == []
    assert list(queries.due_for_confirmation(AT + timedelta(days=7))) == [order]


def test_shipping_moves_pieces_out():
    product = a_product(received=5)
    order = an_order(lines=[a_line(product, quantity=2)])
    mark_paid([order], by=SYSTEM, at=AT)
    mark_shipped([order], by=SYSTEM, at=AT)
    assert stock_of(product) == (5, 0, 2)
    assert Order.objects.get().state == OrderState.SHIPPED
    assert violations(LAWS) == []


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("UPDATE orders_orderline SET amount = amount + 1", "order_lines_add_up"),
        ("UPDATE orders_orderline SET discount_merchant = amount + 1", "line_discount_within_amount"),
        ("UPDATE catalog_stock SET reserved = reserved + 1", "stock_adds_up"),
        ("UPDATE orders_order SET state = 'paid'", "paid_order_was_paid"),
    ],
)
def test_laws_find_what_is_broken(change, law):
    from django.db import connection

    an_order()
    assert violations(LAWS) == []
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert law in {row.code for row in violations(LAWS)}
