import hashlib
import io
import json
import zipfile

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from core.errors import StateChanged
from core.laws import violations
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance, total
from settlement.payouts import bankfile
from settlement.payouts.actions import draw_up_batch, mark_sent, record_paid, record_returned, withdraw_batch
from settlement.payouts.bankfile import STANDARD
from settlement.payouts.errors import BadBankTemplate, NothingToPay, PeriodNotApproved
from settlement.payouts.export import export_period, workbook, zip_period
from settlement.payouts.laws import LAWS
from settlement.payouts.models import FIELDS, BankFileTemplate, Payout, PayoutBatch, check_columns
from settlement.statements.actions import approve_period, close_period, hold_statement, release_statement
from settlement.statements.errors import AccountEditor, HeldAlreadySent, ReasonMissing, SamePerson
from settlement.statements.laws import LAWS as STATEMENT_LAWS
from settlement.statements.models import Period, Statement
from tests.settlement.people import CHECKER, DESK, MAKER, NOVEMBER_FIRST, PAYER, draft, earn, payee

AT = NOVEMBER_FIRST


@pytest.fixture
def kb(sunchang) -> BankFileTemplate:
    columns = [{"heading": heading, "field": field} for heading, field in STANDARD["004", "KB국민은행"]]
    template, _ = BankFileTemplate.objects.get_or_create(
        name="KB국민은행", defaults={"bank_code": "004", "columns": columns}
    )
    return template


@pytest.fixture
def approved(kb) -> BankFileTemplate:
    """October, approved: two payees with money and one without."""
    for number, name in ((1, "데모 가"), (2, "데모 나"), (3, "데모 다")):
        payee(f"merchant:{number}", name=name)
    earn(draft("a"), draft("b", 20_000, ref="merchant:2"), draft("c", -500, ref="merchant:3"))
    close_period("2026-10", by=MAKER, at=AT)
    approve_period("2026-10", by=CHECKER, at=AT)
    return kb


def pay(template):
    batch = draw_up_batch("2026-10", template=template, by=PAYER, at=AT)
    return mark_sent(batch, by=PAYER, at=AT)


def test_a_month_is_paid_to_the_won(approved):
    batch = pay(approved)
    assert (batch.number, batch.count, batch.total) == ("2026-10-B1", 2, 28_500)
    assert (total(Code.PAYOUTS_IN_TRANSIT), balance(Code.PAYEE_PAYABLE, "merchant:1")) == (28_500, 0)
    record_paid(batch.payouts.all(), by=PAYER, at=AT)
    assert (total(Code.PAYOUTS_IN_TRANSIT), balance(Code.BANK)) == (0, -28_500)
    assert Period.objects.get(key="2026-10").state == "paid"
    assert sorted(Statement.objects.values_list("state", flat=True)) == ["approved", "paid", "paid"]
    assert violations([*LAWS, *STATEMENT_LAWS]) == []


def test_sending_and_recording_twice_changes_nothing(approved):
    batch = pay(approved)
    mark_sent(batch, by=PAYER, at=AT)
    payouts = list(batch.payouts.all())
    assert (len(record_paid(payouts, by=PAYER, at=AT)), len(record_paid(payouts, by=PAYER, at=AT))) == (2, 0)
    assert balance(Code.BANK) == -28_500


def test_nothing_is_in_two_live_files(approved):
    batch = draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    with pytest.raises(NothingToPay):
        draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    assert PayoutBatch.objects.count() == 1
    copy = batch.payouts.first()
    copy.pk, copy.key = None, "copy"
    with pytest.raises(IntegrityError, match="payout_one_live"), transaction.atomic():
        copy.save(force_insert=True)


def test_a_withdrawn_file_frees_its_statements(approved):
    batch = draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    withdraw_batch(batch, by=PAYER, at=AT)
    again = draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    assert (again.number, again.total) == ("2026-10-B2", 28_500)
    assert sorted(Payout.objects.values_list("key", "state")) == [
        ("2026-10-0001-1", "withdrawn"), ("2026-10-0001-2", "drawn_up"),
        ("2026-10-0002-1", "withdrawn"), ("2026-10-0002-2", "drawn_up"),
    ]  # fmt: skip
    with pytest.raises(StateChanged):
        withdraw_batch(mark_sent(again, by=PAYER, at=AT), by=PAYER, at=AT)


@pytest.mark.parametrize("when", ["sent", "paid"])
def test_a_return_credits_again_exactly_once_and_is_paid_with_the_next_file(approved, when):
    batch = pay(approved)
    first = batch.payouts.order_by("id").first()
    if when == "paid":
        record_paid(batch.payouts.all(), by=PAYER, at=AT)
    with pytest.raises(ReasonMissing):
        record_returned(first, reason="", by=PAYER, at=AT)
    record_returned(first, reason="계좌 해지", by=PAYER, at=AT)
    with pytest.raises(StateChanged):
        record_returned(first, reason="계좌 해지", by=PAYER, at=AT)
    assert balance(Code.PAYEE_PAYABLE, "merchant:1") == 9_500
    assert Period.objects.get(key="2026-10").state == "approved"
    assert violations([*LAWS, *STATEMENT_LAWS]) == []
    again = pay(approved)
    assert (again.count, again.total) == (1, 9_500)
    record_paid(Payout.objects.all(), by=PAYER, at=AT)
    assert (balance(Code.BANK), total(Code.PAYOUTS_IN_TRANSIT)) == (-28_500, 0)
    assert Period.objects.get(key="2026-10").state == "paid"
    assert violations([*LAWS, *STATEMENT_LAWS]) == []


@pytest.mark.parametrize(("who", "why"), [(MAKER, SamePerson), (CHECKER, SamePerson), (DESK, AccountEditor)])
def test_the_payer_is_a_third_person_who_enters_no_accounts(approved, who, why):
    with pytest.raises(why):
        draw_up_batch("2026-10", template=approved, by=who, at=AT)
    assert PayoutBatch.objects.count() == 0


def test_what_is_not_approved_is_not_paid(kb):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=AT)
    with pytest.raises(PeriodNotApproved):
        draw_up_batch("2026-10", template=kb, by=PAYER, at=AT)
    assert PayoutBatch.objects.count() == 0


def test_a_held_statement_is_left_out_until_released(approved):
    statement = Statement.objects.get(payee__ref="merchant:1")
    hold_statement(statement, reason="서류 미비", by=MAKER, at=AT)
    batch = pay(approved)
    assert batch.total == 19_000
    release_statement(statement, by=MAKER, at=AT)
    assert pay(approved).total == 9_500
    with pytest.raises(HeldAlreadySent):
        hold_statement(statement, reason="늦음", by=MAKER, at=AT)


def test_the_bank_file_holds_accounts_as_text(approved):
    batch = draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    with batch.file.open() as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == batch.file_hash
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows())
    assert [cell.value for cell in rows[0]] == ["은행코드", "계좌번호", "이체금액", "받는분통장표시", "내통장메모"]
    assert [cell.value for cell in rows[1]] == ["011", "3020123456781", 9_500, "정산대금", "2026-10-0001-1"]
    assert [cell.data_type for cell in rows[1]] == ["s", "s", "n", "s", "s"]


def test_every_field_of_a_template_can_be_filled():
    assert set(bankfile.FIELDS) == set(FIELDS)
    for columns in bankfile.STANDARD.values():
        check_columns([{"heading": heading, "field": field} for heading, field in columns])


@pytest.mark.parametrize(
    "columns", [[{"heading": "이름", "field": "password"}], [], {}, "x", [1], [{"heading": "이름"}], None]
)
def test_a_template_with_an_unknown_column_is_refused(approved, columns):
    approved.columns = columns or []
    approved.save()
    with pytest.raises(BadBankTemplate):
        draw_up_batch("2026-10", template=approved, by=PAYER, at=AT)
    assert PayoutBatch.objects.count() == 0


def test_no_cell_of_the_workbook_is_a_formula(kb):
    payee(name="=1+1")
    earn(draft("a", description='=HYPERLINK("http://x")\x00', group="@SUM(A1)", order_ref="+1"))
    close_period("2026-10", by=MAKER, at=AT)
    book = load_workbook(io.BytesIO(workbook(Period.objects.get(key="2026-10"))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book.worksheets[1]["K2"].value == '=HYPERLINK("http://x")'
    assert book.worksheets[1]["U2"].value == 9_500


@pytest.mark.slow
def test_export_writes_everything_with_its_hash(approved, tmp_path):
    pay(approved)
    period = Period.objects.get(key="2026-10")
    names = {str(path.relative_to(tmp_path)) for path in export_period(period, tmp_path)}
    assert names == {
        "statements/2026-10-0001.pdf", "statements/2026-10-0002.pdf", "statements/2026-10-0003.pdf",
        "lines-2026-10.xlsx", "bank/2026-10-B1.xlsx", "manifest.json",
    }  # fmt: skip
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for file in manifest["files"]:
        assert hashlib.sha256((tmp_path / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    out = io.BytesIO()
    zip_period(period, out)
    assert set(zipfile.ZipFile(out).namelist()) == names
