from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from bundles.plans import rules
from bundles.plans.rules import Part


def test_price_is_allocated_by_worth_to_the_won():
    parts = [Part("고추장", 19_000, 1), Part("된장", 18_000, 1), Part("간장", 13_000, 1)]
    assert rules.allocate(43_900, parts) == [16_682, 15_804, 11_414]


def test_voucher_given_by_the_city_carries_no_price():
    assert rules.allocate(20_000, [Part("쌀", 25_000, 1), Part("입장권", 0, 2)]) == [20_000, 0]


@given(
    st.integers(1, 10_000_000),
    st.lists(st.tuples(st.integers(0, 500_000), st.integers(1, 20)), min_size=1, max_size=12),
)
def test_allocation_adds_up(price, raw):
    parts = [Part("x", unit, quantity) for unit, quantity in raw]
    assert sum(rules.allocate(price, parts)) == price


def test_price_of_two_boxes_pays_shipping_once():
    price = rules.price_of(29_900, 3_000, 500, quantity=2)
    assert (price.goods, price.discount, price.shipping, price.total) == (59_800, 2_990, 3_000, 59_810)


def test_every_problem_of_an_edition_is_named():
    parts = [Part("묵은지", 10_000, 1, is_offered=False), Part("쌀", -1, 1)]
    found = [(problem.code, problem.fields) for problem in rules.problems(-5, -1, parts)]
    assert found == [
        ("price_not_positive", {}),
        ("amount_negative", {"name": gettext("shipping")}),
        ("amount_negative", {"name": "쌀"}),
        ("component_not_offered", {"name": "묵은지"}),
    ]


def test_empty_edition_and_edition_without_weight_are_problems():
    assert [problem.code for problem in rules.problems(1_000, 0, [])] == ["no_components"]
    assert [problem.code for problem in rules.problems(1_000, 0, [Part("입장권", 0, 1)])] == ["nothing_priced"]


def test_price_above_worth_is_a_problem():
    assert [p.code for p in rules.problems(11_000, 0, [Part("쌀", 10_000, 1)])] == ["price_above_worth"]


def test_cut_percent_rounds_down():
    assert [rules.cut_percent(50_000, 43_900), rules.cut_percent(0, 1), rules.cut_percent(100, 120)] == [12, 0, 0]
