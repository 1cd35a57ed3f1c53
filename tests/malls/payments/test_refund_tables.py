"""The tables of docs/rules/refunds.md, row by row."""

from datetime import date
from pathlib import Path

import pytest

from malls.orders.pieces import money_of_pieces
from malls.orders.rules import LineDraft
from malls.payments.lawful import Facts, last_day, money_back_until

PAGE = (Path(__file__).parents[3] / "docs" / "rules" / "refunds.md").read_text()


def rows(first):
    """The cells of the table whose head begins with `first`."""
    lines = PAGE[PAGE.index(f"| {first} |") :].splitlines()
    table = lines[2 : next((n for n, line in enumerate(lines) if not line.startswith("|")), None)]
    return [tuple(cell.strip().replace(",", "") for cell in line.strip("|").split("|")) for line in table]


@pytest.mark.parametrize("cells", rows("quantity"))
def test_a_pieces_money(cells):
    quantity, price, city, merchant, off, buyer, city_back, left = map(int, cells)
    line = LineDraft(
        "product", "", "", "", quantity, price, "taxable", 0, discount_municipality=city, discount_merchant=merchant
    )
    taken = money_of_pieces(line, range(quantity - off + 1, quantity + 1))
    rest = money_of_pieces(line, range(1, quantity - off + 1))
    assert (taken.paid, taken.discount_municipality, rest.paid) == (buyer, city_back, left)


@pytest.mark.parametrize(("delivered", "reason", "last"), rows("delivered on"))
def test_last_days(delivered, reason, last):
    facts = Facts(was_sent=True, delivered_on=date.fromisoformat(delivered))
    assert last_day(reason, facts) == date.fromisoformat(last)


@pytest.mark.parametrize(("asked", "until"), rows("asked on"))
def test_money_is_back_within_three_working_days(asked, until):
    assert money_back_until(date.fromisoformat(asked)) == date.fromisoformat(until)
