import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.laws import violations
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance, trial_balance
from settlement.statements.actions import agree_terms, close_period, correct_earning, earn_many
from settlement.statements.errors import UnknownEarning, UnknownPayee
from settlement.statements.laws import LAWS
from settlement.statements.models import Earning, Period
from tests.settlement.people import BEFORE_MIDNIGHT, IN_OCTOBER, MAKER, NOVEMBER_FIRST, draft, earn, payee


def test_an_earning_is_frozen_with_its_period_terms_and_posting(sunchang):
    agree_terms(payee(), from_on=IN_OCTOBER.date(), commission_bp=1_000)
    assert earn(draft("line:1", discount_municipality=1_000, discount_merchant=1_000, order_ref="A-1", cycle_no=2)) == 1
    line = Earning.objects.get()
    assert (line.base, line.commission, line.commission_vat, line.payable) == (9_000, 818, 82, 8_100)
    assert (line.period.key, line.commission_bp, line.order_ref, line.cycle_no) == ("2026-10", 1_000, "A-1", 2)
    assert trial_balance() == [
        ("commission_income", -818),
        ("commission_vat", -82),
        ("customer_advances", 8_000),
        ("municipality_subsidy", 1_000),
        ("payee_payable", -8_100),
    ]
    assert violations(LAWS) == []


def test_a_source_is_earned_once(sunchang):
    payee()
    assert earn(draft("line:1"), draft("line:1"), draft("line:2")) == 2
    assert earn(draft("line:1", gross=99_999), draft("line:3")) == 1
    assert Earning.objects.count() == 3
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 28_500


def test_nobody_unknown_earns(sunchang):
    payee()
    with pytest.raises(UnknownPayee):
        earn(draft("line:1"), draft("line:2", ref="merchant:404"))
    assert Earning.objects.count() == 0
    assert trial_balance() == []


def test_terms_of_the_day_count_also_after_they_changed(sunchang):
    merchant = payee()
    earn(draft("line:1"))
    agree_terms(merchant, from_on=IN_OCTOBER.date().replace(day=20), commission_bp=2_000)
    earn(draft("line:2"), draft("line:3", earned_at=IN_OCTOBER.replace(day=21)))
    assert list(Earning.objects.values_list("source", "commission_bp")) == [
        ("line:1", 500), ("line:2", 500), ("line:3", 2_000),
    ]  # fmt: skip


def test_days_are_korean(sunchang):
    payee()
    earn(draft("line:1", earned_at=BEFORE_MIDNIGHT), draft("line:2", earned_at=NOVEMBER_FIRST))
    assert list(Earning.objects.values_list("source", "period__key")) == [("line:1", "2026-10"), ("line:2", "2026-11")]


def test_a_late_line_goes_into_the_next_open_period(sunchang):
    payee()
    earn(draft("line:1"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    earn_many([draft("late")], at=NOVEMBER_FIRST)
    assert Earning.objects.get(source="late").period.key == "2026-11"
    assert Period.objects.get(key="2026-10").statements.get().line_count == 1
    assert violations(LAWS) == []


def test_an_earlier_month_is_not_opened_behind_a_closed_one(sunchang):
    payee()
    earn(draft("line:1"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    earn_many([draft("august", earned_at=IN_OCTOBER.replace(month=8))], at=NOVEMBER_FIRST)
    assert list(Period.objects.order_by("key").values_list("key", flat=True)) == ["2026-10", "2026-11"]


def test_a_correction_takes_back_exactly_what_was_earned(sunchang):
    payee()
    earn(draft("line:1", gross=33_333, discount_municipality=777, kind="voucher", debit_account=Code.VOUCHER_LIABILITY))
    assert correct_earning("line:1", new_source="refund:1", at=IN_OCTOBER) == 1
    assert correct_earning("line:1", new_source="refund:1", at=IN_OCTOBER) == 0
    assert {amount for _, amount in trial_balance()} == {0}
    assert sum(Earning.objects.values_list("payable", flat=True)) == 0
    with pytest.raises(UnknownEarning):
        correct_earning("nothing", new_source="refund:2", at=IN_OCTOBER)


@pytest.mark.parametrize(
    "attack",
    [lambda: Earning.objects.update(payable=1, commission=-1), lambda: Earning.objects.all()._raw_delete("default")],
)
def test_the_database_refuses_to_change_lines(sunchang, attack):
    payee()
    earn(draft("line:1"))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        attack()
    assert Earning.objects.get().payable == 9_500


def test_the_database_refuses_a_line_in_a_closed_period(sunchang):
    payee()
    earn(draft("line:1"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    line = Earning.objects.get()
    line.pk, line.source = None, "smuggled"
    with pytest.raises(IntegrityError, match="period 2026-10 is closed"), transaction.atomic():
        line.save(force_insert=True)
    assert Earning.objects.count() == 1


def test_earning_more_lines_takes_no_more_queries(sunchang):
    payee()
    earn(draft("warm"))
    with CaptureQueriesContext(connection) as one:
        earn(draft("line:1"))
    with CaptureQueriesContext(connection) as many:
        earn(*[draft(f"many:{n}") for n in range(60)])
    assert len(many) == len(one)
    assert len(one) <= 18
