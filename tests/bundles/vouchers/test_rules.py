from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bundles.vouchers.rules import Paid, Piece, expires_on, pieces

WON = st.integers(0, 1_000_000)


def test_bought_voucher_is_worth_its_price_whoever_pays_the_discount():
    assert pieces(Paid(18_000, discount_municipality=1_800), 1) == [Piece(16_200, 1_800, 0)]


def test_partner_is_not_owed_what_it_gives_away_itself():
    assert [piece.worth for piece in pieces(Paid(18_000, discount_merchant=3_000), 1)] == [15_000]


def test_voucher_given_by_the_city_is_paid_by_the_city():
    assert pieces(Paid(0), 2, given_value=5_000) == [Piece(0, 5_000, 0), Piece(0, 5_000, 0)]


def test_odd_won_goes_to_the_first_piece():
    assert [piece.buyer for piece in pieces(Paid(10_000), 3)] == [3_334, 3_333, 3_333]


@given(WON, WON, WON, WON, st.integers(1, 9))
def test_no_won_appears_or_vanishes(amount, city, platform, own, quantity):
    paid = Paid(amount + city + platform + own, city, platform, own)
    found = pieces(paid, quantity)
    assert sum(piece.worth for piece in found) == paid.amount - own
    assert sum(piece.buyer for piece in found) == amount


def test_last_day_is_counted_from_the_day_after_issue():
    assert expires_on(date(2027, 2, 28), 366) == date(2028, 2, 29)
