"""The published rules: the worked tables of the documentation, and what holds for any box."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles.boxes.rules import (
    LEAVE_OUT,
    SKIP,
    SUBSTITUTE,
    Claimant,
    Lack,
    Slot,
    lot_of,
    price_of_slots,
    share_out,
    substitute_for,
    without,
)
from core.money import share
from malls.orders.rules import Funding, discounts_of

RULES = (Path(__file__).parents[3] / "docs/rules/boxes.md").read_text(encoding="utf-8")
GOCHUJANG, DOENJANG = Slot(1, 11, 1, 15_405), Slot(2, 12, 1, 14_595)


def table(first: str) -> list[list[str]]:
    """The rows of the table whose head begins with these words."""
    lines = RULES[RULES.index(f"| {first} |") :].splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:end]]


def numbers(row: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in row]


@pytest.mark.parametrize("row", table("swap | add-on pieces"))
def test_what_a_changed_box_costs(row):
    swap, pieces, discount_bp, shipping, *expected = numbers(row)
    first = GOCHUJANG.swapped(21, 1, swap) if swap else GOCHUJANG
    extras = [Slot(None, 31, pieces, 0, 7_000 * pieces)] if pieces else []
    price = price_of_slots([first, DOENJANG, *extras], shipping, discount_bp)
    assert [price.goods, price.discount, price.total] == expected


@pytest.mark.parametrize("column", [(5, 4), (6, 1)])
def test_who_gets_it(column):
    place, available = column
    rows = table("box | pieces | went without")
    claimants = [
        Claimant(int(row[0]), int(row[1]), int(row[2]), date.fromisoformat(row[3]), row[4]) for row in rows
    ]  # fmt: skip
    assert share_out(available, claimants) == {int(row[0]) for row in rows if row[place] == "1"}


@pytest.mark.parametrize("row", table("wish | goods"))
def test_what_is_done_instead(row):
    wish, *expected = row
    slots = without([GOCHUJANG, DOENJANG], {11: Lack(wish, 21, 1)})
    price = price_of_slots(slots, 3_000, 555) if slots else SimpleNamespace(goods=0, discount=0, shipping=0, total=0)
    assert [price.goods, price.discount, price.shipping, price.total] == numbers(expected)


def test_the_lot_is_the_hash_that_was_published():
    assert lot_of(7, 12, 3) == "6f03db297145985048e008b4bdb9c669ca25a00a6642c4ece3958fdc8b640d0a"


@st.composite
def boxes(draw):
    """A box of an edition with any swaps and add-ons, a discount, and what is short of it."""
    worths = draw(st.lists(st.integers(0, 200_000), min_size=1, max_size=6).filter(any))
    price = draw(st.integers(1, sum(worths)))
    plain = [Slot(number, number, 1, part) for number, part in enumerate(share(price, worths), 1)]
    swapped = [
        slot.swapped(100 + number, draw(st.integers(1, 3)), draw(st.integers(0, 50_000)))
        if draw(st.booleans())
        else slot
        for number, slot in enumerate(plain)
    ]
    extras = [Slot(None, 200 + n, 1, 0, draw(st.integers(1, 50_000))) for n in range(draw(st.integers(0, 3)))]
    wanted = [*swapped, *extras]
    lacks = {
        slot.product: Lack(draw(st.sampled_from([SUBSTITUTE, LEAVE_OUT, SKIP])), draw(st.sampled_from([None, 300])), 1)
        for slot in wanted
        if draw(st.integers(0, 3)) == 0
    }
    return plain, wanted, lacks, draw(st.integers(0, 9_999)), draw(st.integers(0, 5_000))


@given(boxes())
def test_any_box_adds_up_is_never_negative_and_never_above_what_was_agreed(box):
    plain, wanted, lacks, discount_bp, shipping = box
    standing = price_of_slots(plain, shipping, discount_bp)
    agreed = standing.total + sum(slot.extra for slot in wanted)
    slots = without(wanted, lacks)
    price = price_of_slots(slots, shipping, discount_bp)
    discounts = [sum(parts) for parts in discounts_of(price.discount, [slot.base for slot in slots], Funding())]
    paid = [slot.amount - part for slot, part in zip(slots, discounts, strict=True)]
    assert sum(paid) + price.shipping == price.total
    assert all(part >= 0 for part in paid)
    assert not slots or price.total <= agreed
    assert not slots or any(slot.base for slot in slots)
    assert price_of_slots(wanted, shipping, discount_bp).total == agreed


@given(boxes())
def test_undoing_every_swap_restores_the_box(box):
    plain, wanted, *_ = box
    undone = [slot.swapped(before.product, before.pieces, 0) for slot, before in zip(wanted, plain, strict=False)]
    assert undone == plain


claims = st.lists(
    st.builds(
        Claimant,
        box=st.integers(1, 10_000),
        pieces=st.integers(1, 4),
        went_without=st.integers(0, 3),
        since=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
        lot=st.text("0123456789abcdef", min_size=4, max_size=4),
    ),
    unique_by=(lambda one: one.box, lambda one: one.lot),
    max_size=30,
)


@given(claims, st.integers(0, 40), st.randoms())
def test_sharing_never_exceeds_what_there_is_and_does_not_depend_on_the_order(claimants, available, chance):
    served = share_out(available, claimants)
    mixed = list(claimants)
    chance.shuffle(mixed)
    left = available - sum(one.pieces for one in claimants if one.box in served)
    assert left >= 0
    assert share_out(available, mixed) == served
    assert all(one.pieces > left for one in claimants if one.box not in served)


@given(claims, st.integers(0, 40))
def test_whoever_went_without_more_often_is_served_first(claimants, available):
    alike = [Claimant(one.box, 1, one.went_without, one.since, one.lot) for one in claimants]
    served = share_out(available, alike)
    inside = [one.turn for one in alike if one.box in served]
    outside = [one.turn for one in alike if one.box not in served]
    assert not inside or not outside or max(inside) < min(outside)


def test_the_first_substitute_with_enough_left_is_taken():
    assert substitute_for([(1, 2), (2, 2), (3, 1)], {1: 1, 2: 2, 3: 9}) == (2, 2)
    assert substitute_for([(1, 2)], {1: 1}) is None
