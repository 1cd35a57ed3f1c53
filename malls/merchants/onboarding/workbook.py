"""xlsx to sheets, counted and weighed before anything is built in memory."""

import io
import re
import zipfile
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from malls.merchants.errors import FileBomb, FileBroken, FileEmpty, FileHasMacros, FileUnknown, TooManyRows
from malls.merchants.onboarding.cells import Cell, CellKind, Sheet

MAX_UNPACKED = 80 * 1024 * 1024
MAX_RATIO = 120
MAX_PARTS = 2_000
MAX_CELLS = 600_000
MAX_MERGED = 100_000
MAX_SHEETS = 50
LAST_ROW = 20_000 + 100

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")


def column_letter(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_workbook(data: bytes) -> list[Sheet]:
    """Every visible sheet that holds a value."""
    weigh(data)
    book = _load(data, values=False)
    results = _load(data, values=True) if _has_formula(book) else book
    sheets = [
        _sheet(sheet, results[sheet.title])
        for sheet in book.worksheets[:MAX_SHEETS]
        if isinstance(sheet, Worksheet) and sheet.sheet_state == "visible"
    ]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise FileEmpty
    return sheets


def weigh(data: bytes) -> None:
    """Refuse bombs and macros by looking at the container only, before any XML becomes objects."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = container.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileBomb
            if any(_is_bomb(part) for part in parts):
                raise FileBomb
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise FileUnknown
            if any(name.endswith("vbaProject.bin") for name in names):
                raise FileHasMacros
            if any(b"<!DOCTYPE" in _head(container, name) for name in names if name.endswith((".xml", ".rels"))):
                raise FileBomb
            _count_cells(container, [name for name in names if name.startswith("xl/worksheets/")])
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise FileBroken from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    big_enough_to_matter = 2_000_000
    return part.file_size > big_enough_to_matter and part.file_size > MAX_RATIO * max(part.compress_size, 1)


def _head(container: zipfile.ZipFile, name: str) -> bytes:
    """The part's beginning, where a document type would declare entities. Spreadsheets never do."""
    with container.open(name) as part:
        return part.read(65_536)


def _count_cells(container: zipfile.ZipFile, names: list[str]) -> None:
    cells = merged = 0
    for name in names:
        if not name.endswith(".xml"):
            continue
        xml = _read_limited(container, name)
        cells += len(_CELL.findall(xml))
        for left, top, right, bottom in _MERGE.findall(xml):
            width = column_number(right.decode()) - column_number(left.decode()) + 1
            merged += width * (int(bottom) - int(top) + 1)
        if cells > MAX_CELLS:
            raise TooManyRows(limit="20,000")
        if merged > MAX_MERGED:
            raise FileBomb


def _read_limited(container: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes; its header may lie about the size, so count while reading."""
    with container.open(name) as part:
        xml = part.read(MAX_UNPACKED + 1)
    if len(xml) > MAX_UNPACKED:
        raise FileBomb
    return xml


def _load(data: bytes, *, values: bool) -> Any:
    try:
        return load_workbook(io.BytesIO(data), data_only=values, keep_links=False)
    except DefusedXmlException as error:
        raise FileBomb from error
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
    ) as error:
        raise FileBroken from error


def _has_formula(book: Any) -> bool:
    return any(
        cell.data_type == "f"
        for sheet in book.worksheets
        for cell in sheet._cells.values()  # noqa: SLF001  only filled cells
    )


def _sheet(sheet: Worksheet, results: Worksheet) -> Sheet:
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):  # noqa: SLF001  iter_rows would build every empty cell
        if isinstance(cell, BookCell) and cell.value is not None:
            if row > LAST_ROW:
                raise TooManyRows(limit="20,000")
            rows.setdefault(row, {})[column] = _cell(cell, results)
    below, wide = _merged(sheet)
    return Sheet(sheet.title, rows, _hidden(sheet), below, wide, max(rows, default=0))


def _cell(cell: BookCell, results: Worksheet) -> Cell:
    address = cell.coordinate
    if cell.data_type == "f":
        stored = results[address]
        value = stored.value if isinstance(stored.value, str | int | float) or stored.is_date else None
        return Cell(value, address, _kind(stored), str(getattr(cell.value, "text", cell.value)))
    if cell.data_type == "e":
        return Cell(None, address)
    return Cell(cell.value, address, _kind(cell))  # type: ignore[arg-type]


def _kind(cell: Any) -> CellKind:
    if isinstance(cell.value, bool):
        return "flag"
    if cell.is_date and not isinstance(cell.value, int | float | str):
        return "date"
    if isinstance(cell.value, int | float):
        return "percent" if "%" in (cell.number_format or "") else "number"
    return "text"


def _hidden(sheet: Worksheet) -> frozenset[int]:
    columns: set[int] = set()
    for width in sheet.column_dimensions.values():
        if width.hidden and width.min:
            columns |= set(range(width.min, min(width.max or width.min, 500) + 1))
    return frozenset(columns)


def _merged(sheet: Worksheet) -> tuple[dict[tuple[int, int], tuple[int, int]], frozenset[int]]:
    """Cells that a merged column stretch covers with their top cell, and rows under one wide cell."""
    below: dict[tuple[int, int], tuple[int, int]] = {}
    wide: set[int] = set()
    few = 3
    for area in sheet.merged_cells.ranges:
        left, top, right, bottom = area.bounds
        if right - left + 1 > few:
            wide |= set(range(top, bottom + 1))
        below |= {(row, column): (top, left) for row in range(top + 1, bottom + 1) for column in range(left, right + 1)}
    return below, frozenset(wide)
