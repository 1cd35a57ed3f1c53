import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.laws import violations
from core.state import Transition
from settlement.statements.actions import (
    approve_period,
    close_period,
    correct_earning,
    earn_many,
    hold_payee,
    release_payee,
    verify_bank,
)
from settlement.statements.errors import (
    AccountEditor,
    EarlierPeriodOpen,
    PeriodNotClosed,
    PeriodNotOver,
    ReasonMissing,
    SamePerson,
    UnknownPeriod,
    VerifiedBySelf,
)
from settlement.statements.laws import LAWS
from settlement.statements.models import Earning, Period, Statement
from tenants.municipalities.door import inside
from tests.settlement.people import (
    BEFORE_MIDNIGHT,
    CHECKER,
    DESK,
    IN_OCTOBER,
    MAKER,
    NOVEMBER_FIRST,
    draft,
    earn,
    payee,
)

DECEMBER = NOVEMBER_FIRST.replace(month=11, day=30)
NEW_YEAR = NOVEMBER_FIRST.replace(month=12, day=31)


def test_a_period_closes_into_one_statement_per_payee(sunchang):
    payee()
    payee("merchant:2", name="데모 산채")
    earn(
        draft("a", 20_000, discount_municipality=1_000, discount_merchant=1_000),
        draft("b", 10_000, tax_type="exempt"),
        draft("c", 3_000, kind="shipping"),
        draft("d", 50_000, ref="merchant:2"),
    )
    correct_earning("b", new_source="b-back", at=IN_OCTOBER)
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    assert list(Statement.objects.values_list("number", "payee_name", "line_count")) == [
        ("2026-10-0001", "데모 산채", 1), ("2026-10-0002", "데모 장류", 4),
    ]  # fmt: skip
    mine = Statement.objects.get(payee__ref="merchant:1")
    assert (mine.sales, mine.discount_municipality, mine.discount_merchant, mine.base) == (30_000, 1_000, 1_000, 29_000)
    assert (mine.commission, mine.commission_vat, mine.shipping, mine.corrections) == (1_319, 131, 3_000, -9_500)
    assert (mine.earned, mine.payable, mine.taxable, mine.exempt) == (21_050, 21_050, 22_000, 0)
    assert str(mine.pay_on) == "2026-11-20"
    assert violations(LAWS) == []


def test_closing_twice_gives_the_same_statements(sunchang):
    payee()
    earn(draft("a"))
    first = close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    again = close_period("2026-10", by=CHECKER, at=DECEMBER)
    assert first == again
    assert (Statement.objects.count(), Transition.objects.filter(thing="statements.Period").count()) == (1, 1)


def test_a_period_is_not_closed_before_it_is_over(sunchang):
    payee()
    earn(draft("a"))
    with pytest.raises(PeriodNotOver):
        close_period("2026-10", by=MAKER, at=BEFORE_MIDNIGHT)
    assert Period.objects.get().is_open
    assert Statement.objects.count() == 0


def test_months_are_closed_in_order(sunchang):
    payee()
    earn(draft("a"), draft("b", earned_at=NOVEMBER_FIRST))
    with pytest.raises(EarlierPeriodOpen):
        close_period("2026-11", by=MAKER, at=DECEMBER)
    assert Statement.objects.count() == 0


def test_negative_and_small_sums_are_carried(sunchang):
    payee()
    payee("merchant:2", name="데모 소액")
    earn(draft("back", -12_000, kind="correction"), draft("tiny", 500, ref="merchant:2"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    assert sorted(Statement.objects.values_list("payable", "carried_out")) == [(0, -11_400), (0, 475)]
    earn_many([draft("sale", 20_000, earned_at=NOVEMBER_FIRST)], at=NOVEMBER_FIRST)
    close_period("2026-11", by=MAKER, at=DECEMBER)
    november = Statement.objects.filter(period__key="2026-11")
    assert sorted(november.values_list("carried_in", "payable", "carried_out")) == [(-11_400, 7_600, 0), (475, 0, 475)]
    assert violations(LAWS) == []


def test_a_held_payee_is_held_back_whole_and_paid_after_release(sunchang):
    merchant = payee()
    earn(draft("a"))
    with pytest.raises(ReasonMissing):
        hold_payee(merchant, reason=" ", by=MAKER, at=IN_OCTOBER)
    hold_payee(merchant, reason="분쟁 조정 중", by=MAKER, at=IN_OCTOBER)
    (held,) = close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    assert (held.payable, held.held_amount, held.held_reason) == (0, 9_500, "분쟁 조정 중")
    release_payee(merchant, by=MAKER, at=NOVEMBER_FIRST)
    steps = Transition.objects.filter(thing="statements.Payee").values_list("after", "by_name", "why")
    assert list(steps) == [("held", MAKER.name, "분쟁 조정 중"), ("released", MAKER.name, "")]
    (paid,) = close_period("2026-11", by=MAKER, at=DECEMBER)
    assert (paid.carried_in, paid.payable, paid.line_count) == (9_500, 9_500, 0)
    assert violations(LAWS) == []


def test_a_statement_waits_for_a_verified_account(sunchang):
    merchant = payee(verified=False)
    earn(draft("a"))
    (statement,) = close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    assert (statement.held, statement.payable) == (True, 9_500)
    with pytest.raises(VerifiedBySelf):
        verify_bank(merchant, by=DESK)
    assert Statement.objects.get().held
    verify_bank(merchant, by=MAKER)
    assert not Statement.objects.get().held


def test_maker_and_checker_are_two_people(sunchang):
    payee()
    earn(draft("a"))
    with pytest.raises(PeriodNotClosed):
        approve_period("2026-10", by=CHECKER, at=NOVEMBER_FIRST)
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    with pytest.raises(SamePerson):
        approve_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    with pytest.raises(AccountEditor):
        approve_period("2026-10", by=DESK, at=NOVEMBER_FIRST)
    assert (Period.objects.get().state, Statement.objects.get().state) == ("closed", "drawn_up")
    approve_period("2026-10", by=CHECKER, at=NOVEMBER_FIRST)
    assert (Period.objects.get().state, Statement.objects.get().state) == ("approved", "approved")
    with pytest.raises(IntegrityError, match="period_two_people"), transaction.atomic():
        Period.objects.update(approved_by=Period.objects.get().closed_by)


def test_an_unknown_period_is_refused(sunchang):
    with pytest.raises(UnknownPeriod):
        approve_period("2026-10", by=CHECKER, at=NOVEMBER_FIRST)


@pytest.mark.parametrize("change", [{"payable": 1}, {"payee_name": "x"}, {"content_hash": "0" * 64}, {"earned": 1}])
def test_the_database_refuses_to_change_a_statement(sunchang, change):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Statement.objects.all()._raw_delete("default")
    assert violations(LAWS) == []


def test_the_laws_find_a_statement_that_was_forged_past_the_guards(sunchang):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE statements_statement DISABLE TRIGGER statements_statement_frozen")
        cursor.execute("UPDATE statements_statement SET payee_name = 'forged'")
        cursor.execute("ALTER TABLE statements_statement ENABLE TRIGGER statements_statement_frozen")
    assert [violation.code for violation in violations(LAWS)] == ["statements.hash_on_paper"]


def test_closing_takes_no_more_queries_for_more_payees(sunchang):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    earn_many([draft("b", earned_at=NOVEMBER_FIRST)], at=NOVEMBER_FIRST)
    with CaptureQueriesContext(connection) as one:
        close_period("2026-11", by=MAKER, at=DECEMBER)
    for number in range(2, 32):
        payee(f"merchant:{number}", name=f"데모 {number}")
    earn_many([draft(f"n:{n}", ref=f"merchant:{n}", earned_at=DECEMBER) for n in range(2, 32)], at=DECEMBER)
    with CaptureQueriesContext(connection) as many:
        close_period("2026-12", by=MAKER, at=NEW_YEAR)
    assert Statement.objects.filter(period__key="2026-12").count() == 30
    assert len(many) == len(one)


@pytest.mark.slow
def test_two_closers_and_an_earner_at_once_lose_and_double_nothing(scratch):
    payee()
    earn(*[draft(f"a:{n}") for n in range(200)])
    errors = []

    def close():
        with inside(scratch):
            try:
                close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)
            finally:
                connection.close()

    def late():
        with inside(scratch):
            try:
                for n in range(10):
                    earn_many([draft(f"late:{n}")], at=IN_OCTOBER)
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)
            finally:
                connection.close()

    threads = [threading.Thread(target=work) for work in (close, late, close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    october = Period.objects.get(key="2026-10")
    assert october.statements.get().line_count == october.earnings.count()
    assert Earning.objects.count() == 210
    assert violations(LAWS) == []
