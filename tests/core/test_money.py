import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import cut_under_ten, rate_of, share, vat_inside

won = st.integers(-(10**12), 10**12)


@given(won, st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_shares_add_up_and_stay_within_one_won(total, weights):
    parts = share(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(abs(part) * whole - abs(total) * weight) < whole


def test_ties_go_to_the_earlier_part():
    assert share(100, [1, 1, 1]) == [34, 33, 33]
    assert share(-100, [1, 1, 1]) == [-34, -33, -33]
    assert share(5, [0, 0]) == [3, 2]


def test_nothing_to_share_among_is_an_error():
    assert share(0, []) == []
    with pytest.raises(ValueError, match="nothing"):
        share(1, [])
    with pytest.raises(ValueError, match="negative"):
        share(1, [-1, 2])


@given(won)
def test_vat_and_supply_are_the_whole(total):
    supply, vat = vat_inside(total)
    assert supply + vat == total
    assert abs(supply * 11 - total * 10) <= 6


@pytest.mark.parametrize(("amount", "bp", "part"), [(10_000, 1000, 1000), (5, 1000, 1), (4, 1000, 0), (-5, 1000, -1)])
def test_a_rate_is_rounded_half_away_from_zero(amount, bp, part):
    assert rate_of(amount, bp) == part


@given(won)
def test_cutting_under_ten_loses_less_than_ten(amount):
    assert 0 <= abs(amount) - abs(cut_under_ten(amount)) < 10
    assert cut_under_ten(amount) % 10 == 0
