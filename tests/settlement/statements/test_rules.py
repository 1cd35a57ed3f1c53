import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.statements.errors import BadPeriodKey
from settlement.statements.paydays import is_working_day, pay_day
from settlement.statements.rules import EarningDraft, commission_of, days_of, draw_up, entries_of, next_key

RULES = Path(__file__).parents[3] / "docs/rules/settlement.md"
AT = datetime(2026, 10, 1, tzinfo=UTC)
won = st.integers(-(10**9), 10**9)
rate = st.integers(0, 10_000)


def table(title: str) -> list[list[int]]:
    """The whole numbers of a worked table in the documentation, row by row, text cells left out."""
    section = re.split(r"\n#+ ", RULES.read_text().split(f"### {title}\n")[1])[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip().replace(",", "").replace("−", "-") for cell in row.strip("|").split("|")] for row in rows]
    return [[int(cell) for cell in row if re.fullmatch(r"-?\d+", cell)] for row in cells]


def earning(gross, municipality=0, platform=0, merchant=0):
    return EarningDraft(
        payee_ref="merchant:1", kind="goods", source="s", description="d", gross=gross, earned_at=AT,
        discount_municipality=municipality, discount_platform=platform, discount_merchant=merchant,
    )  # fmt: skip


@pytest.mark.parametrize("row", table("Who funds the coupon"))
def test_golden_numbers_by_who_funds_the_coupon(row):
    gross, municipality, merchant, base, fee, payable = row
    draft = earning(gross, municipality=municipality, merchant=merchant)
    found = commission_of(draft.base, 1_000, "inside")
    assert (draft.base, found.commission + found.vat, draft.base - found.commission - found.vat) == (base, fee, payable)


@pytest.mark.parametrize("row", table("VAT on commission"))
def test_vat_on_commission(row):
    base, rate_bp, inside, inside_vat, on_top, on_top_vat = row
    first, second = commission_of(base, rate_bp, "inside"), commission_of(base, rate_bp, "on_top")
    assert (first.commission, first.vat, second.commission, second.vat) == (inside, inside_vat, on_top, on_top_vat)


@pytest.mark.parametrize("row", table("From sum to payment"))
def test_from_sum_to_payment(row):
    earned, carried_in, held, min_payout, cut, *expected = row
    result = draw_up(
        earned, carried_in, is_held=bool(held), min_payout=min_payout, rounding="carry_under_ten" if cut else "won"
    )
    assert [result.payable, result.held, result.carried_out] == expected


@given(won, won, st.booleans(), st.integers(0, 10**6), st.sampled_from(["won", "carry_under_ten"]))
def test_no_won_is_lost_when_a_statement_is_drawn_up(earned, carried_in, is_held, min_payout, rounding):
    result = draw_up(earned, carried_in, is_held=is_held, min_payout=min_payout, rounding=rounding)
    assert result.payable + result.held + result.carried_out == earned + carried_in
    assert min(result.payable, result.held) >= 0
    assert result.payable == 0 or result.held == 0


@given(won, rate, st.sampled_from(["inside", "on_top"]))
def test_a_refund_gives_back_exactly_the_commission_of_the_sale(base, rate_bp, mode):
    sale, refund = commission_of(base, rate_bp, mode), commission_of(-base, rate_bp, mode)
    assert (sale.commission, sale.vat) == (-refund.commission, -refund.vat)


@given(won, won, won, won, rate, st.sampled_from(["inside", "on_top"]))
def test_an_earning_always_balances_in_the_books(  # noqa: PLR0917
    gross, municipality, platform, merchant, rate_bp, mode
):
    draft = earning(gross, municipality, platform, merchant)
    lines = entries_of(draft, commission_of(draft.base, rate_bp, mode))
    assert sum(amount for _, _, amount in lines) == 0


def test_days_of_a_period_are_half_open():
    assert days_of("2026-02") == (date(2026, 2, 1), date(2026, 3, 1))
    assert next_key("2026-12") == "2027-01"


@pytest.mark.parametrize("wrong", ["", "2026", "2026-13", "2026-1", "2026-10 ", "십월"])
def test_what_is_not_a_month_is_refused(wrong):
    with pytest.raises(BadPeriodKey):
        days_of(wrong)


@pytest.mark.parametrize(
    ("ends_on", "day", "expected"),
    [
        (date(2026, 11, 1), 20, date(2026, 11, 20)),
        (date(2026, 9, 1), 25, date(2026, 9, 28)),  # 추석
        (date(2026, 2, 1), 31, date(2026, 3, 3)),  # 2월 28일 토요일, 삼일절과 대체공휴일
        (date(2027, 2, 1), 6, date(2027, 2, 10)),  # 설과 대체공휴일
    ],
)
def test_pay_days_move_to_the_next_working_day(ends_on, day, expected):
    assert pay_day(ends_on, day) == expected
    assert is_working_day(expected)
