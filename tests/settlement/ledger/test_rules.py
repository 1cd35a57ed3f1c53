from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.ledger.accounts import Code
from settlement.ledger.errors import Unbalanced, UnknownAccount
from settlement.ledger.rules import PostingDraft

AT = datetime(2026, 10, 1, tzinfo=UTC)


def draft(*entries):
    return PostingDraft("test", "test:1", AT, "", entries)


def test_lines_of_one_account_are_added_up_and_zeros_left_out():
    lines = draft(
        (Code.BANK, "", 700), (Code.BANK, "", 300), (Code.ROUNDING, "", 0), (Code.BREAKAGE, "", -1000)
    ).lines()
    assert lines == [("bank", "", 1000), ("breakage", "", -1000)]


@pytest.mark.parametrize("entries", [[(Code.BANK, "", 1)], [(Code.BANK, "", 5), (Code.BANK, "", -5)], []])
def test_what_does_not_balance_is_refused(entries):
    with pytest.raises(Unbalanced):
        draft(*entries).lines()


def test_an_account_outside_the_chart_is_refused():
    with pytest.raises(UnknownAccount):
        draft(("pocket", "", 1), (Code.BANK, "", -1)).lines()


@given(
    st.lists(st.tuples(st.sampled_from(list(Code)), st.sampled_from(["", "merchant:1"]), st.integers(-(10**9), 10**9)))
)
def test_whatever_is_accepted_sums_to_zero_over_at_least_two_lines(entries):
    try:
        lines = draft(*entries).lines()
    except Unbalanced:
        return
    assert sum(amount for _, _, amount in lines) == 0
    assert len(lines) >= 2
    assert all(amount for _, _, amount in lines)
