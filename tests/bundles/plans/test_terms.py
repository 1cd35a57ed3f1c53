"""The tables of docs/rules/terms.md, and what holds for every term."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles.plans.rules import Price
from bundles.plans.terms import Prepaid, leaving_after, prepaid_of, prepaid_price, settle_leaving
from core.money import Won


@pytest.mark.parametrize(
    ("bought", "plain", "total", "parts"),
    [
        ((30_000, 3_000, 1_000, 3), 99_000, 90_000, [30_000, 30_000, 30_000]),
        ((29_900, 3_000, 750, 3), 98_700, 91_972, [30_658, 30_657, 30_657]),
        ((27_500, 0, 500, 6), 165_000, 156_750, [26_125] * 6),
    ],
)
def test_a_term_is_paid_once_and_split_to_the_won(bought, plain, total, parts):
    term = prepaid_of(*bought)
    assert (term.boxes * term.listed, term.total, term.parts) == (plain, total, parts)
    assert term.discount == plain - total


@pytest.mark.parametrize(
    ("received", "kept", "back"),
    [(1, 3_000, 147_000), (2, 6_000, 114_000), (3, 9_000, 81_000), (4, 6_000, 54_000), (5, 3_000, 27_000)],
)
def test_leaving_takes_back_the_discount_received_up_to_a_tenth_of_the_rest(received, kept, back):
    found = leaving_after(prepaid_of(30_000, 3_000, 1_000, 6), received)
    assert (found.kept, found.back) == (kept, back)


@pytest.mark.parametrize(
    ("goods", "kept", "costs"),
    [(30_000, 30_000, 30_000), (36_000, 36_000, 30_000), (20_000, 20_000, 21_000), (30_000, 20_000, 21_000)],
)
def test_a_box_never_costs_more_than_its_part(goods, kept, costs):
    today = Price(Won(goods), Won(goods // 10), Won(3_000))
    assert prepaid_price(30_000, 33_000, today, kept).total == costs


won = st.integers(1, 500_000)


@given(won, st.integers(0, 5_000), st.integers(0, 9_999), st.integers(1, 52), st.integers(1, 10))
def test_parts_add_up_and_leaving_splits_the_rest(goods, shipping, discount_bp, boxes, quantity):
    term = prepaid_of(goods, shipping, discount_bp, boxes, quantity)
    assert sum(term.parts) == term.total
    assert max(term.parts) - min(term.parts) <= 1
    for received in range(1, boxes):
        rest, found = sum(term.parts[received:]), leaving_after(term, received)
        assert found.back + found.kept == rest
        assert 0 <= found.kept <= rest // 10
        assert found.back >= term.total - received * term.listed


@given(won, won, st.integers(0, 5_000), st.integers(0, 9_999), st.integers(0, 10_000))
def test_whatever_a_box_holds_its_lines_can_be_promised(part, goods, shipping, discount_bp, kept_bp):
    kept = goods * kept_bp // 10_000
    today = Price(Won(goods), Won(goods * discount_bp // 10_000), Won(shipping))
    found = prepaid_price(part, part, today, kept)
    assert 0 <= found.total <= part
    assert 0 <= found.discount <= found.goods == kept
    assert 0 <= found.shipping <= shipping


@given(won, won)
def test_within_the_days_of_withdrawal_all_of_the_rest_goes_back(rest, received):
    assert settle_leaving(rest, received, is_free=True).back == rest
    assert Prepaid(1, Won(rest), Won(rest)).parts == [rest]
