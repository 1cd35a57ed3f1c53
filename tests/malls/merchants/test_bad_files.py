"""Files that are no lists end in one sentence, before anything is built in memory."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from malls.merchants import errors
from malls.merchants.onboarding.lists import read_list
from malls.merchants.onboarding.reading import MAX_BYTES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: int = 1) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(rows):
        sheet.append(["상호", "사업자번호", "대표자", row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(sheet_xml: bytes | None = None, **extra: bytes) -> bytes:
    """A workbook with another sheet or more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part.filename)
            if sheet_xml and part.filename == SHEET:
                target.writestr(part.filename, sheet_xml, zipfile.ZIP_STORED)
            else:
                target.writestr(part.filename, data)
        for name, data in extra.items():
            target.writestr(name.replace("__", "/"), data)
    return out.getvalue()


NS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
ENTITY = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    + NS
    + b'<sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>'
)
MERGE = NS + b'<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
DISTANT = NS + b'<sheetData><row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData></worksheet>'
TOO_MANY = NS + b"<sheetData>" + b"<row>" + b"<c/>" * 600_001 + b"</row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("a.xlsx", b"", errors.FileEmpty),
        ("a.csv", b"\xef\xbb\xbf \r\n", errors.FileEmpty),
        ("a.xlsx", b"x" * (MAX_BYTES + 1), errors.FileTooLarge),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), errors.FileEncrypted),
        ("a.xls", OLE + b"Workbook", errors.FileOldExcel),
        ("a.xlsx", OLE + b"HWP Document File", errors.FileMislabelled),
        ("a.csv", workbook(), errors.FileMislabelled),
        ("a.xlsx", "상호,사업자번호".encode(), errors.FileMislabelled),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", errors.FileMislabelled),
        ("a.csv", b"%PDF-1.7", errors.FileMislabelled),
        ("a.docx", b"hello", errors.FileUnknown),
        ("a.xlsx", workbook()[:-200], errors.FileBroken),
        ("a.xlsx", b"PK\x03\x04 nothing", errors.FileBroken),
        ("a.csv", "상호\x00,사업자번호".encode(), errors.TextUnreadable),
        ("a.csv", bytes(range(128, 256)), errors.TextUnreadable),
        ("a.csv", "안녕하세요\n반갑습니다".encode(), errors.NoHeader),
        ("a.csv", ("상호,사업자번호,대표자\n" + "가,1,나\n" * 20_100).encode(), errors.TooManyRows),
        (
            "a.xlsx",
            changed(xl__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"),
            errors.FileHasMacros,
        ),
        ("a.xlsx", changed(big=b"0" * 90_000_000), errors.FileBomb),
        ("a.xlsx", changed(media=b"0" * 20_000_000), errors.FileBomb),
        ("a.xlsx", changed(ENTITY), errors.FileBomb),
        ("a.xlsx", changed(MERGE), errors.FileBomb),
        ("a.xlsx", changed(DISTANT), errors.TooManyRows),
        ("a.xlsx", changed(TOO_MANY), errors.TooManyRows),
        ("a.xlsx", changed(b"<worksheet"), errors.FileBroken),
    ],
)
def test_one_sentence(name: str, data: bytes, refusal: type[errors.FileRefused]) -> None:
    with pytest.raises(errors.FileRefused) as refused:
        read_list(data, name)
    assert type(refused.value) is refusal
    assert "\n" not in str(refused.value)
