from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.laws import violations
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post, post_many, reverse
from settlement.ledger.errors import AlreadyReversed, Unbalanced
from settlement.ledger.laws import LAWS
from settlement.ledger.models import Account, Entry, Posting
from settlement.ledger.queries import balance, balances, trial_balance
from settlement.ledger.rules import PostingDraft

AT = datetime(2026, 10, 1, tzinfo=UTC)


def sale(source="sale:1", amount=1000, owner="merchant:1"):
    entries = [
        (Code.CUSTOMER_ADVANCES, "", amount),
        (Code.PAYEE_PAYABLE, owner, -amount * 9 // 10),
        (Code.COMMISSION_INCOME, "", -amount // 10),
    ]
    return PostingDraft("sale", source, AT, "", entries)


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_posting_stands_on_both_sides(sunchang):
    post(sale())
    check_now()
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 900
    assert balance(Code.COMMISSION_INCOME) == 100
    assert balance(Code.CUSTOMER_ADVANCES) == -1000
    assert trial_balance() == [("commission_income", -100), ("customer_advances", 1000), ("payee_payable", -900)]
    assert violations(LAWS) == []


def test_a_source_is_posted_once(sunchang):
    first = post(sale())
    assert post(sale(amount=5000)) == first
    assert post_many([sale(), sale("sale:2"), sale("sale:2")]) == 1
    assert (Posting.objects.count(), Entry.objects.count()) == (2, 6)
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 1800


def test_one_that_does_not_balance_writes_nothing(sunchang):
    wrong = PostingDraft("sale", "wrong", AT, "", [(Code.BANK, "", 1)])
    with pytest.raises(Unbalanced):
        post_many([sale(), wrong])
    assert (Posting.objects.count(), Account.objects.count()) == (0, 0)


def test_a_reversal_negates_exactly_and_once(sunchang):
    posting = post(sale())
    reversal = reverse(posting, at=AT)
    assert [(e.account_id, -e.amount) for e in reversal.entries.all()] == [
        (e.account_id, e.amount) for e in posting.entries.all()
    ]
    with pytest.raises(AlreadyReversed):
        reverse(posting, at=AT)
    assert Posting.objects.count() == 2
    assert balances(Code.PAYEE_PAYABLE) == {"merchant:1": 0}
    assert violations(LAWS) == []


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_entry SET amount = amount * 2",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_posting SET memo = 'x'",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_account SET owner = 'me'",
    ],
)
def test_the_database_refuses_to_change_the_books(sunchang, attack):
    post(sale())
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 900


def test_the_database_refuses_an_unbalanced_posting_at_commit(sunchang):
    posting = post(sale())
    check_now()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():  # noqa: PT012
        Entry.objects.create(posting=posting, account=Account.objects.first(), amount=5)
        check_now()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():  # noqa: PT012
        Posting.objects.create(kind="empty", source="empty", at=AT)
        check_now()
    assert Posting.objects.count() == 1


def test_the_guards_of_a_replayed_schema_guard_their_own_tables(sunchang, boseong):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT p.pronamespace::regnamespace::text, p.proconfig FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname = 'ledger_entry_balances' "
            "AND t.tgrelid = 'ledger_entry'::regclass"
        )
        assert cursor.fetchall() == [("boseong", ["search_path=boseong, public"])]
    post(sale())
    check_now()
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 900
