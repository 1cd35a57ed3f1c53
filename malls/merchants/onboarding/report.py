"""The remarks on a list as a workbook that goes back to the office."""

import io
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from malls.merchants.onboarding.lists import OfficeList
from malls.merchants.onboarding.problems import FIELDS, MEANING, OK, REFUSED, REPAIRED, SKIPPED, WARNING, Problem
from malls.merchants.onboarding.rows import Row

_FILLS = {REFUSED: "F8D7DA", WARNING: "FFF3CD", SKIPPED: "E2E3E5", REPAIRED: "E7F1FB"}
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDTHS = (22, 7, 9, 12, 26, 9, 20, 28, 28, 60)


def status_words() -> dict[str, str]:
    """A row's status in words."""
    return {
        OK: _("fine"),
        REPAIRED: _("repaired"),
        WARNING: _("warning"),
        SKIPPED: _("skipped"),
        REFUSED: _("refused"),
    }


def kind_words() -> dict[str, str]:
    """What a row is about in words."""
    return {"merchant": _("merchant"), "product": _("product"), "voucher": _("voucher")}


def harmless(text: object) -> str:
    """A cell's text that no spreadsheet runs as a formula."""
    plain = _ILLEGAL.sub("", str(text))
    return f"'{plain}" if plain.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"} else plain


def title_of(row: Row) -> str:
    """What a row is called."""
    return row.text("name") or row.text("facility") or row.text("business_no")


def report_workbook(office: OfficeList) -> bytes:
    """Every remark as a line: where, how serious, what stood there, what became of it, what to do."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one
    sheet.title = _("Remarks")
    sheet.append([str(word) for word in _heads()])
    for row in sorted(office.rows, key=lambda row: (-_rank(row.status), row.sheet, row.number)):
        for problem in row.problems:
            _write(sheet, row, problem)
    _dress(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heads() -> Iterable[str]:
    return (
        *(_("Sheet"), _("Row"), _("Status"), _("Kind"), _("Name")),
        *(_("Cell"), _("Field"), _("Was"), _("Became"), _("Remark")),
    )


def _rank(status: str) -> int:
    return (OK, REPAIRED, SKIPPED, WARNING, REFUSED).index(status)


def _write(sheet: Worksheet, row: Row, problem: Problem) -> None:
    sheet.append(
        [
            harmless(row.sheet),
            row.number,
            status_words()[problem.severity],
            kind_words()[row.kind],
            harmless(title_of(row)),
            problem.cell,
            str(FIELDS.get(problem.field, problem.field)),
            harmless(problem.old),
            harmless(problem.new),
            str(MEANING[problem.code]),
        ]
    )
    sheet.cell(sheet.max_row, 3).fill = PatternFill("solid", fgColor=_FILLS[problem.severity])


def _dress(sheet: Worksheet) -> None:
    for width, letter in zip(_WIDTHS, "ABCDEFGHIJ", strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="center")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
