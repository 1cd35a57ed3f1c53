"""The bank's bulk-transfer file: every cell as text or whole won, in the columns of the bank's template."""

import io
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from openpyxl import Workbook

from settlement.payouts.errors import BadBankTemplate
from settlement.payouts.models import BankFileTemplate, Payout, check_columns
from settlement.payouts.sheets import cell
from settlement.statements.banks import bank_name

FIELDS: dict[str, Callable[[Payout, BankFileTemplate], str | int]] = {
    "bank_code": lambda payout, _: payout.bank_code,
    "bank_name": lambda payout, _: bank_name(payout.bank_code),
    "account": lambda payout, _: payout.account,
    "amount": lambda payout, _: payout.amount,
    "holder": lambda payout, _: payout.holder,
    "payee": lambda payout, _: payout.statement.payee_name,
    "memo": lambda _, template: template.memo[:7],
    "key": lambda payout, _: payout.key,
    "from_account": lambda _, template: "".join(filter(str.isdigit, template.from_account)),
    "blank": lambda _, __: "",
}

# Columns as (heading, field); staff edit them in the CMS.
STANDARD: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("004", "KB국민은행"): [
        ("은행코드", "bank_code"), ("계좌번호", "account"), ("이체금액", "amount"), ("받는분통장표시", "memo"),
        ("내통장메모", "key"),
    ],
    ("088", "신한은행"): [
        ("입금은행", "bank_code"), ("입금계좌", "account"), ("고객관리성명", "holder"), ("입금액", "amount"),
        ("출금통장표시내용", "key"), ("입금통장표시내용", "memo"), ("입금인코드", "blank"), ("비고", "blank"),
        ("업체사용Key", "key"),
    ],
    ("020", "우리은행"): [
        ("은행코드", "bank_code"), ("계좌번호", "account"), ("금액", "amount"), ("예금주", "holder"), ("", "blank"),
        ("", "blank"), ("출금계좌", "from_account"), ("받는분통장표시", "memo"), ("내통장표시", "key"),
    ],
    ("081", "하나은행"): [
        ("입금은행코드", "bank_code"), ("계좌번호", "account"), ("이체금액", "amount"), ("예상예금주", "holder"),
        ("보내는분통장표시", "key"), ("받는분통장표시", "memo"), ("메모", "blank"), ("CMS코드", "blank"),
        ("받는분휴대폰", "blank"),
    ],
    ("007", "수협은행"): [
        ("입금은행(명)", "bank_name"), ("입금계좌", "account"), ("입금계좌예금주", "holder"), ("입금액", "amount"),
        ("CMS코드", "blank"), ("받는분통장표시", "memo"), ("보내는분통장표시", "key"), ("적요", "blank"),
    ],
}  # fmt: skip


def columns_of(template: BankFileTemplate) -> list[tuple[str, str]]:
    """The template's columns; refuses one that names an unknown field."""
    try:
        check_columns(template.columns)
    except ValidationError as error:
        raise BadBankTemplate(name=template.name, why=" ".join(error.messages)) from error
    return [(str(column.get("heading", "")), column["field"]) for column in template.columns]


def bank_file(template: BankFileTemplate, payouts: Sequence[Payout]) -> bytes:
    """The xlsx file for the bank's site: account numbers and codes as text, amounts as whole numbers, no formulas."""
    columns = columns_of(template)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("이체")
    if template.has_header:
        sheet.append([cell(sheet, heading) for heading, _ in columns])
    for payout in payouts:
        sheet.append([cell(sheet, FIELDS[field](payout, template)) for _, field in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
