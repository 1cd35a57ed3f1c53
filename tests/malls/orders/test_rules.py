"""The sums of an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malls.orders.errors import NothingOrdered, SumsWrong
from malls.orders.rules import Funding, LineDraft, OrderDraft, Sums, discounts_of, sums_of


def line(amount, tax_type="taxable", **fields):
    return LineDraft("product", "merchant:1", "데모상점", "고추장", 1, amount, tax_type, 500, **fields)


def draft(*lines, **fields):
    return OrderDraft("t:1", 1, "꾸러미", lines, "박데모", "010", "56000", "데모로 1", **fields)


def test_goods_less_discounts_plus_shipping_are_the_total():
    sums = sums_of(
        draft(
            line(20_000, discount_municipality=2_000), line(10_000, "exempt", discount_merchant=1_000), shipping=3_000
        )
    )
    assert sums == Sums(goods=30_000, discount=3_000, shipping=3_000, total=30_000, tax_free=9_000)
    assert sums.vat == 1_909


@pytest.mark.parametrize(
    "wrong",
    [
        line(-1),
        line(100, discount_platform=101),
        line(100, discount_merchant=-1),
        line(100, discount_municipality=60, discount_platform=60),
    ],
)
def test_amounts_that_cannot_be_are_refused(wrong):
    with pytest.raises(SumsWrong):
        sums_of(draft(line(10_000), wrong))


def test_an_order_needs_a_line_and_shipping_is_never_negative():
    with pytest.raises(NothingOrdered):
        sums_of(draft())
    with pytest.raises(SumsWrong):
        sums_of(draft(line(1_000), shipping=-1))


@given(
    st.integers(0, 10**7),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_no_won_of_a_discount_appears_or_vanishes(discount, amounts, first, second):
    low, high = sorted((first, second))
    parts = discounts_of(discount, amounts, Funding(low, high - low, 10_000 - high))
    assert sum(map(sum, parts)) == discount
    assert min(map(min, parts)) >= 0


def test_funding_shares_must_be_whole():
    with pytest.raises(ValueError, match="10,000"):
        Funding(5_000, 4_000, 0)
