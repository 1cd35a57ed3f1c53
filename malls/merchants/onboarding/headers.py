"""Finds what a sheet is: its kind, the row of its headings and which column means which field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from malls.merchants.onboarding.cells import Sheet
from malls.merchants.onboarding.headings import NEEDED, PARTS, TELLING, WORDS

SEARCHED_ROWS = 20
KINDS = ("voucher", "product", "merchant")


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of one sheet: `columns` maps column numbers to fields, `ignored` are headings without a meaning."""

    kind: str
    row: int
    columns: Mapping[int, str]
    titles: Mapping[int, str]
    ignored: tuple[str, ...] = ()
    group_row: int = 0

    @property
    def score(self) -> tuple[int, int, int]:
        """Better headers name more fields, more telling ones, and need fewer rows."""
        fields = set(self.columns.values())
        return len(fields & TELLING[self.kind]), len(fields), -bool(self.group_row)


def bare(text: str) -> str:
    """A heading without spaces, breaks, marks and units."""
    text = re.sub(
        r"[（(\[]\s*(?:단위\s*[:：]?\s*)?(?:원|필수|선택|%|일|개|g|kg|예시.*?|'-'.*?|-.*?)\s*[)\]）]", "", text.lower()
    )
    return re.sub(r"[^0-9a-z가-힣.%-]", "", text).replace("e-mail", "email").strip("-.")


def find_header(sheet: Sheet) -> Header | None:
    """The best header in the first rows, or None when the sheet holds no list (instructions, notes)."""
    found: list[Header] = []
    for row in [number for number in sorted(sheet.rows) if number <= SEARCHED_ROWS]:
        for group_row in (0, row - 1):
            titles = _titles(sheet, row, group_row)
            if titles:
                found += [header for kind in KINDS if (header := _header(sheet, kind, row, group_row, titles))]
    return max(found, key=lambda header: (*header.score, -header.row), default=None)


def merchants_beside(sheet: Sheet, header: Header) -> Header | None:
    """The merchant columns of a product list that also brings its merchants, or None when it does not."""
    if header.kind != "product":
        return None
    titles = _titles(sheet, header.row, header.group_row)
    found = _header(sheet, "merchant", header.row, header.group_row, titles)
    own = {column for column, name in header.columns.items() if not name.startswith("merchant_")}
    columns = {column: name for column, name in found.columns.items() if column not in own} if found else {}
    if found is None or not {"name", "business_no", "representative"} <= set(columns.values()):
        return None
    return replace(found, columns=columns)


def _titles(sheet: Sheet, row: int, group_row: int) -> dict[int, tuple[str, str]]:
    """Own and grouped title by column. With a group row: `정산계좌` over `은행` also reads as both together."""
    own = {column: cell.shown for column, cell in sheet.rows.get(row, {}).items() if isinstance(cell.value, str)}
    if not group_row:
        return {column: (title, title) for column, title in own.items()}
    upper = {
        column: cell.shown for column, cell in sheet.rows.get(group_row, {}).items() if isinstance(cell.value, str)
    }
    if len(upper) < 2 or len(own) < 1:  # noqa: PLR2004  one wide title is no group row
        return {}
    titles: dict[int, tuple[str, str]] = {}
    group = ""
    for column in range(1, max([*own, *upper]) + 1):
        group = upper.get(column, group if column in own else "")
        title = own.get(column) or upper.get(column, "")
        if title:
            titles[column] = (title, group + title if column in own else title)
    return titles


def _header(sheet: Sheet, kind: str, row: int, group_row: int, titles: dict[int, tuple[str, str]]) -> Header | None:
    columns: dict[int, str] = {}
    seen = {column: pair for column, pair in titles.items() if column not in sheet.hidden}
    for meaning in (_exact, _grouped, _partly):
        for column, pair in seen.items():
            field = None if column in columns else meaning(kind, pair)
            if field and field not in columns.values():
                columns[column] = field
            elif field == "phone" and "mobile" not in columns.values():
                columns[column] = "mobile"
    fields = set(columns.values())
    few = 3
    if len(fields) < few or not all(fields & set(choice) for choice in NEEDED[kind]):
        return None
    ignored = tuple(title for column, (title, _) in titles.items() if column not in columns)
    return Header(kind, row, columns, {column: title for column, (title, _) in titles.items()}, ignored, group_row)


def _exact(kind: str, titles: tuple[str, str]) -> str | None:
    word = bare(titles[0])
    return next((field for field, words in WORDS[kind].items() if word in words), None)


def _grouped(kind: str, titles: tuple[str, str]) -> str | None:
    return _exact(kind, (titles[1], titles[1])) if titles[1] != titles[0] else None


def _partly(kind: str, titles: tuple[str, str]) -> str | None:
    word = bare(titles[1])
    longest = 20
    if not word or len(word) > longest:
        return None
    return next((field for field, parts in PARTS[kind] if any(part in word for part in parts)), None)
