"""One earning at a gate is the line and the posting that a batch would have written, in two statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.laws import violations
from settlement.ledger.queries import trial_balance
from settlement.statements.actions import agree_terms, close_period, earn_many, earn_one
from settlement.statements.errors import UnknownPayee
from settlement.statements.laws import LAWS
from settlement.statements.models import Earning
from tests.settlement.people import IN_OCTOBER, MAKER, NOVEMBER_FIRST, draft, payee

OURS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def frozen(source: str) -> dict[str, object]:
    line = Earning.objects.values().get(source=source)
    return {name: value for name, value in line.items() if name not in ("id", "source")}


def test_one_writes_what_many_write(sunchang):
    agree_terms(payee(), from_on=IN_OCTOBER.date(), commission_bp=700)
    earn_many([draft("line:1", discount_merchant=1_000)], at=IN_OCTOBER)
    once = trial_balance()
    assert earn_one(draft("line:2", discount_merchant=1_000), at=IN_OCTOBER) == 1
    assert frozen("line:2") == frozen("line:1")
    assert trial_balance() == [(code, 2 * won) for code, won in once]
    assert violations(LAWS) == []


def test_one_is_two_statements_once_everything_is_there(sunchang):
    payee()
    earn_one(draft("line:1"), at=IN_OCTOBER)
    with CaptureQueriesContext(connection) as seen:
        assert earn_one(draft("line:2"), at=IN_OCTOBER) == 1
    assert len([one for one in seen if not one["sql"].startswith(OURS)]) == 2


def test_the_first_line_ever_opens_month_terms_and_accounts(sunchang):
    payee()
    assert [earn_one(draft("line:1"), at=IN_OCTOBER), earn_one(draft("line:1"), at=IN_OCTOBER)] == [1, 0]
    assert (Earning.objects.count(), violations(LAWS)) == (1, [])


def test_an_account_never_used_before_is_opened(sunchang):
    payee()
    earn_one(draft("line:1", gross=9_000), at=IN_OCTOBER)
    assert earn_one(draft("line:2", debit_account="voucher_liability"), at=IN_OCTOBER) == 1
    assert dict(trial_balance())["voucher_liability"] == 10_000
    assert violations(LAWS) == []


def test_a_line_of_a_closed_month_goes_into_the_open_one(sunchang):
    payee()
    earn_one(draft("line:1"), at=IN_OCTOBER)
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST + timedelta(days=1))
    earn_one(draft("line:2"), at=NOVEMBER_FIRST + timedelta(days=2))
    assert list(Earning.objects.order_by("pk").values_list("source", "period__key")) == [
        ("line:1", "2026-10"), ("line:2", "2026-11"),
    ]  # fmt: skip


def test_nobody_unknown_earns_at_a_gate(sunchang):
    payee()
    with pytest.raises(UnknownPayee):
        earn_one(draft("line:1", ref="merchant:404"), at=IN_OCTOBER)
    assert (Earning.objects.count(), trial_balance()) == (0, [])
