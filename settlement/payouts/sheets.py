"""Spreadsheets that run nothing: text stays text whatever it begins with, numbers are numbers."""

import re
from datetime import date
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT_FORMAT = "@"
WON_FORMAT = "#,##0"
BOLD = Font(bold=True)
HEAD = PatternFill("solid", fgColor="EFEFEF")


def cell(sheet: Any, value: str | int | date | None) -> Any:
    """One cell of its own type; a string is marked as text so that no spreadsheet ever takes it for a formula."""
    if not isinstance(value, str):
        made: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # the stubs forget dates
        if isinstance(value, int):
            made.number_format = WON_FORMAT
        return made
    made = WriteOnlyCell(sheet)
    made.value = UNWRITABLE.sub("", value)[:32_000]
    made.data_type = "s"
    made.number_format = TEXT_FORMAT
    return made


def plain(sheet: Any, value: str | int | date | None) -> Any:
    """A value for long sheets, bare where that is safe: only what begins like a formula needs a cell of its own."""
    if not isinstance(value, str):
        return value
    if value[:1] in FORMULA_STARTS:
        return cell(sheet, value)
    return UNWRITABLE.sub("", value)[:32_000]


def heading(sheet: Any, text: str) -> Any:
    """A cell of the first row."""
    made = cell(sheet, text)
    made.font, made.fill = BOLD, HEAD
    return made
