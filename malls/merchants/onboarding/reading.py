"""From bytes to sheets: what kind of file it is, and everything that belongs to the file and not to a row."""

import csv
import io

from malls.merchants.errors import (
    FileEmpty,
    FileEncrypted,
    FileMislabelled,
    FileOldExcel,
    FileTooLarge,
    FileUnknown,
    TextUnreadable,
    TooManyRows,
)
from malls.merchants.onboarding.cells import Cell, Sheet
from malls.merchants.onboarding.workbook import column_letter, read_workbook

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = ((b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"{\\rtf", "RTF"))


def read_sheets(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of a list, or a refusal in one sentence."""
    if len(data) > MAX_BYTES:
        raise FileTooLarge(limit=MAX_BYTES // (1024 * 1024))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileEmpty
    ending = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if data.startswith(OLE):
        _refuse_ole(data, ending)
    if data.startswith(b"PK"):
        if ending not in {"xlsx", "xlsm", ""}:
            raise FileMislabelled(named=ending, found="xlsx")
        return read_workbook(data)
    _refuse_others(data, ending)
    return [read_text(decode(data))]


def _refuse_others(data: bytes, ending: str) -> None:
    """Everything that is neither a workbook nor delimited text under a fitting name."""
    for magic, name in _OTHERS:
        if data.startswith(magic):
            raise FileMislabelled(named=ending or name, found=name)
    if data.lstrip()[:200].lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")):
        raise FileMislabelled(named=ending or "html", found="HTML")
    if ending in {"xlsx", "xlsm", "xls"}:
        raise FileMislabelled(named=ending, found="csv")
    if ending not in {"csv", "tsv", "txt", ""}:
        raise FileUnknown


def _refuse_ole(data: bytes, ending: str) -> None:
    """Encrypted workbooks, old Excel and Hangul documents share one container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileEncrypted
    if b"HWP Document File" in data or "HwpSummaryInformation".encode("utf-16-le") in data:
        raise FileMislabelled(named=ending, found="HWP")
    raise FileOldExcel


def decode(data: bytes) -> str:
    """Text in UTF-8, with or without a mark, UTF-16 with a mark (Excel's Unicode text) or CP949."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs: tuple[str, ...] = ("utf-16",)
    else:
        codecs = ("utf-8-sig", "cp949")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TextUnreadable


def read_text(text: str) -> Sheet:
    """A delimited text as one sheet. Rows are records, counted from 1: breaks inside quotes do not count."""
    rows: dict[int, dict[int, Cell]] = {}
    number = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), 1):
            if number > MAX_ROWS + 20:
                raise TooManyRows(limit=f"{MAX_ROWS:,}")
            cells = {
                column: Cell(value.replace("\r\n", "\n"), f"{column_letter(column)}{number}")
                for column, value in enumerate(record[:MAX_COLUMNS], 1)
                if value != ""
            }
            if cells:
                rows[number] = cells
    except csv.Error as error:
        raise TextUnreadable from error
    return Sheet("", rows, last_row=number)


def _delimiter(text: str) -> str:
    """The separator that the first lines use most."""
    head = "\n".join(text.splitlines()[:20])
    return max((",", "\t", ";"), key=head.count)
