"""Everything of a period to take away: PDFs, a workbook of all lines, the bank files, and a manifest with SHA-256."""
# ruff: noqa: E501  Hangul counts double

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from core.clock import kst_date
from settlement.payouts.models import BatchState
from settlement.payouts.sheets import heading, plain
from settlement.statements.actions.rendering import render_statement
from settlement.statements.banks import bank_name
from settlement.statements.models import Earning, Period, Statement
from settlement.statements.models.earnings import EarningKind, TaxType

CHUNK = 2_000
Value = str | int | date | None

LINE_HEADINGS = (
    "정산번호", "정산기간", "입점사", "사업자등록번호", "구분", "과세구분", "주문번호", "회차(구독)", "확정일", "묶음", "상품/내역", "수량",
    "판매금액", "할인(지자체)", "할인(운영사)", "할인(입점사)", "정산대상금액", "수수료율(%)", "수수료", "수수료 부가세", "지급예정액",
    "정정 대상", "정산항목 번호",
)  # fmt: skip
STATEMENT_HEADINGS = (
    "정산번호", "입점사", "사업자등록번호", "건수", "판매금액", "할인(지자체)", "할인(운영사)", "할인(입점사)", "정산대상금액", "수수료",
    "수수료 부가세", "배송비", "반품/환불 상계", "당기 정산액", "전월 이월", "보류", "차월 이월", "지급예정액", "과세", "면세", "은행",
    "계좌", "예금주", "지급일", "상태", "보류 사유", "해시",
)  # fmt: skip


def workbook(period: Period, statement: Statement | None = None) -> bytes:
    """Statements with their totals, then every line, as typed cells; of one statement or of the whole period."""
    statements = [statement] if statement else list(period.statements.order_by("number"))
    book = Workbook(write_only=True)
    _sheet(book, _("Statements"), STATEMENT_HEADINGS, (_statement_row(one) for one in statements))
    _sheet(book, _("Lines"), LINE_HEADINGS, _line_rows(period, statements))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def contents(period: Period) -> Iterator[tuple[str, bytes]]:
    """Every file of a period by name; documents that are missing are rendered now. The manifest comes last."""
    manifest: list[dict[str, str | int]] = []
    for name, data in _files(period):
        manifest.append({"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        yield name, data
    about = {"period": period.key, "state": period.state, "files": manifest}
    yield "manifest.json", json.dumps(about, ensure_ascii=False, indent=2).encode()


def export_period(period: Period, folder: Path) -> list[Path]:
    """Write every file of a period into a folder; the paths written."""
    written = []
    for name, data in contents(period):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def zip_period(period: Period, out: Any) -> None:
    """Write every file of a period into one zip."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents(period):
            archive.writestr(name, data)


def _files(period: Period) -> Iterator[tuple[str, bytes]]:
    for statement in period.statements.select_related("period").order_by("number"):
        with render_statement(statement).pdf.open("rb") as pdf:
            yield f"statements/{statement.number}.pdf", pdf.read()
    yield f"lines-{period.key}.xlsx", workbook(period)
    for batch in period.batches.exclude(state=BatchState.WITHDRAWN).order_by("number"):
        with batch.file.open("rb") as file:
            yield f"bank/{batch.number}.xlsx", file.read()


def _sheet(book: Workbook, name: str, headings: tuple[str, ...], rows: Iterator[tuple[Value, ...]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    sheet.append([heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([plain(sheet, value) for value in row])


def _statement_row(statement: Statement) -> tuple[Value, ...]:
    return (
        statement.number, statement.payee_name, statement.business_no, statement.line_count, statement.sales,
        statement.discount_municipality, statement.discount_platform, statement.discount_merchant, statement.base,
        statement.commission, statement.commission_vat, statement.shipping, statement.corrections, statement.earned,
        statement.carried_in, statement.held_amount, statement.carried_out, statement.payable, statement.taxable,
        statement.exempt, bank_name(statement.bank_code), statement.masked_account, statement.holder,
        kst_date(statement.paid_at) if statement.paid_at else statement.pay_on, str(statement.get_state_display()),
        statement.held_reason, statement.content_hash,
    )  # fmt: skip


def _line_rows(period: Period, statements: list[Statement]) -> Iterator[tuple[Value, ...]]:
    of_payee = {statement.payee_id: statement for statement in statements}
    lines = Earning.objects.filter(period=period, payee_id__in=of_payee.keys()).order_by(
        "payee__name", "payee_id", "id"
    )
    for line in lines.iterator(CHUNK):
        statement = of_payee[line.payee_id]
        yield (
            statement.number, period.key, statement.payee_name, statement.business_no, str(EarningKind(line.kind).label),
            str(TaxType(line.tax_type).label), line.order_ref, line.cycle_no, line.earned_on, line.group, line.description,
            line.quantity, line.gross, line.discount_municipality, line.discount_platform, line.discount_merchant,
            line.base, f"{line.commission_bp / 100:g}", line.commission, line.commission_vat, line.payable, line.corrects,
            line.source,
        )  # fmt: skip
