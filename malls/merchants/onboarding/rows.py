"""From a sheet with a header to rows: what is no data, and what each data row says."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from malls.merchants.onboarding import values
from malls.merchants.onboarding.banks import NAMES, bank_of, looks_cut
from malls.merchants.onboarding.cells import Cell, Sheet
from malls.merchants.onboarding.headers import Header
from malls.merchants.onboarding.problems import FIELDS, IMPORTABLE, REPAIRS, Problem, worst
from malls.merchants.onboarding.values import NOTHING, Value
from malls.merchants.onboarding.workbook import column_letter

Values = Mapping[str, str | int | list[str] | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its values after repair, and every remark."""

    sheet: str
    number: int
    kind: str
    values: Values
    problems: tuple[Problem, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Ok < repaired < warning < skipped < refused."""
        return worst(self.problems)

    @property
    def importable(self) -> bool:
        """Whether the row may be written."""
        return self.status in IMPORTABLE

    def text(self, name: str) -> str:
        """A value as text; empty when there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def address(self, name: str) -> str:
        """Where the field stands."""
        return self.cells.get(name, "")

    def noting(self, code: str, name: str, cell: str = "") -> "Row":
        """The row with one more remark."""
        problem = Problem(code, name, cell or self.address(name), self.text(name))
        return replace(self, problems=(*self.problems, problem))


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that is no data: title, header, group label, spacer, subtotal, note."""

    sheet: str
    number: int
    reason: str


TEXTS: tuple[str, ...] = (
    "business_type", "main_items", "note", "spec", "origin", "description", "food_type", "ingredients", "status",
    "facility", "partner", "kind", "condition", "available", "place", "refund_rule", "settlement_cycle",
)  # fmt: skip
READERS: dict[str, Callable[[Cell], Value]] = {
    "business_no": values.business_no, "merchant_business_no": values.business_no, "representative": values.person,
    "name": values.person, "merchant_name": values.person, "account_holder": values.person, "manager": values.person,
    "postcode": values.postcode, "address": values.words, "phone": values.phone, "mobile": values.phone,
    "email": values.email, "mail_order_no": values.mail_order_no, "tax_type": values.tax_type, "tax": values.tax,
    "fee_rate": values.rate, "sample_price": values.amount, "desired_start": values.iso_date,
    "price": values.amount, "storage": values.storage, "shelf_days": values.days, "allergens": values.allergens,
    "stock": values.whole_number, "face_value": values.amount, "valid_days": values.days, "funding": values.funding,
}  # fmt: skip
FREE = frozenset({"name", "representative", "address", "manager", "account_holder", "merchant_name", *TEXTS})
LONGEST = {
    "name": 100, "representative": 60, "business_type": 100, "main_items": 200, "address": 200, "email": 254,
    "mail_order_no": 60, "account_holder": 100, "manager": 60, "spec": 80, "origin": 200, "note": 2000,
    "description": 2000, "settlement_cycle": 20,
}  # fmt: skip
_MARK = re.compile(r"^[○●◎■□◆◇▶▷▣☐★☆◈❍ㅇ〇<【［\[〈]|^\d+\s*권역")
_PLACE = re.compile(r"[가-힣0-9·,\s]{1,20}(읍|면|동|리|권역|지구|시장|상가)")
_TOTAL = re.compile(r"(소|합|총|누)?계|총합계|총계|합계\(.*\)|계\(.*\)|총\s*\d+\s*(개소|건|개|명|업체)")
_COLD = re.compile(r"[-+]\s?\d[\w\s℃°~.,%()·/-]*")  # `-18℃ 이하 보관`, `+82 10-…`: a signed number in words
_EXAMPLE = re.compile(r"^[(\[<]?\s*(예시|작성예|작성예시|예\))")


def ignored_reason(sheet: Sheet, header: Header, number: int) -> str | None:
    """Why a row is no data, or None when it is."""
    cells = {column: cell for column, cell in sheet.rows.get(number, {}).items() if not cell.is_blank}
    if number <= header.row:
        return _above(sheet, header, number, cells)
    if not cells:
        return "spacer"
    texts = [values.plain(cells[column]).text for column in sorted(cells)[:2]]
    if any(_TOTAL.fullmatch(re.sub(r"\s", "", text)) for text in texts) and _poor(header, cells):
        return "subtotal"
    if len(cells) > 1 and _repeats(header, cells):
        return "header"
    if _EXAMPLE.match(texts[0]):
        return "example"
    return _lonely(sheet, header, number, cells, texts[0]) if len(cells) == 1 else None


def _above(sheet: Sheet, header: Header, number: int, cells: Mapping[int, Cell]) -> str:
    if number == header.row:
        return "header"
    if not cells:
        return "spacer"
    if number == header.group_row:
        return "header_group"
    if len(cells) == 1 and re.search(r"단위", next(iter(cells.values())).shown):
        return "unit"
    if number == header.row - 1 and len(cells) > 1 and number not in _whole_width(sheet, header):
        return "header_group"
    return "title"


def _whole_width(sheet: Sheet, header: Header) -> set[int]:
    few = 2
    return {row for row in sheet.wide if len(sheet.rows.get(row, {})) < few and row < header.row}


def _poor(header: Header, cells: Mapping[int, Cell]) -> bool:
    """A total row holds far less than a data row."""
    required = {"business_no", "representative", "merchant_business_no", "facility"}
    return not any(header.columns.get(column) in required and _digits(cell) for column, cell in cells.items())


def _digits(cell: Cell) -> bool:
    full = 9
    return len(re.sub(r"\D", "", cell.shown)) > full


def _repeats(header: Header, cells: Mapping[int, Cell]) -> bool:
    """The headings once more, as at the top of a printed page."""
    same = sum(cell.value == header.titles.get(column) for column, cell in cells.items())
    return same * 2 > len(cells)


def _lonely(sheet: Sheet, header: Header, number: int, cells: Mapping[int, Cell], text: str) -> str | None:
    """A row with a single value: a note, a group's label, or a row that lacks all the rest."""
    column = next(iter(cells))
    if re.match(r"^(※|\*|주\)|주:|참고|비고|붙임|작성|끝)", text):
        return "note"
    wide = number in sheet.wide
    if wide or _MARK.match(text) or _PLACE.fullmatch(text):
        return "group_label"
    if header.columns.get(column) in {"name", "business_no", "merchant_name", "merchant_business_no", "facility"}:
        return None
    return "group_label"


def read_rows(sheet: Sheet, header: Header) -> Iterator[Row | Ignored]:
    """Data rows and ignored rows, in order. "As above" and merged stretches are filled in."""
    before: Values = {}
    for number in range(1, sheet.last_row + 1):
        reason = ignored_reason(sheet, header, number)
        if reason:
            yield Ignored(sheet.name, number, reason)
            continue
        row = _Reader(sheet, header, number, before).row()
        before = row.values
        yield row


class _Reader:
    """Collects the values and remarks of one row."""

    def __init__(self, sheet: Sheet, header: Header, number: int, before: Values) -> None:
        self.sheet, self.header, self.number, self.before = sheet, header, number, before
        self.values: dict[str, str | int | list[str] | None] = {}
        self.problems: list[Problem] = []
        self.cells: dict[str, str] = {}
        self.rests: list[str] = []

    def row(self) -> Row:
        """Read every column in the order of the sheet, the bank before the account."""
        order = sorted(self.header.columns.items(), key=lambda item: (item[1] == "account_no", item[0]))
        for column, name in order:
            address = f"{column_letter(column)}{self.number}"
            self.cells[name] = address
            self._read(name, self._cell(name, column, address))
        if self.rests:
            note = [text for text in (self.values.get("note"), *self.rests) if text]
            self.values["note"] = " / ".join(str(text) for text in note)
        return Row(self.sheet.name, self.number, self.header.kind, self.values, tuple(self.problems), self.cells)

    def _cell(self, name: str, column: int, address: str) -> Cell:
        cell = self.sheet.cell(self.number, column)
        if cell is not None and not cell.is_blank:
            return cell
        top = self.sheet.below.get((self.number, column))
        if top and top[0] > self.header.row:
            above = self.sheet.cell(*top)
            if above is not None:
                label = "merchant" if name in {"merchant_name", "merchant_business_no"} else name
                self._note("merged_fill", label, address, "", above.shown)
                return Cell(above.value, address, above.kind)
        return cell or Cell(None, address)

    def _read(self, name: str, cell: Cell) -> None:
        if values.is_ditto(cell) and name in self.before:
            self.values[name] = self.before[name]
            self._note("ditto", name, cell.address, cell.shown, str(self.before[name] or ""))
            return
        if self._is_dangerous(name, cell):
            self.values[name] = None
            self._note("formula_attack", name, cell.address, cell.shown, "")
            return
        if name == "bank_code":
            self._bank(cell)
        elif name == "account_no":
            self._account(cell)
        else:
            self._plain(name, cell)

    @staticmethod
    def _is_dangerous(name: str, cell: Cell) -> bool:
        """A text cell that a spreadsheet would run. A real formula's stored result is no text of theirs."""
        if name not in FREE and not name.startswith("notice_"):
            return isinstance(cell.value, str) and cell.value.lstrip().startswith(("=", "@"))
        text = values.plain(cell).text if isinstance(cell.value, str) else ""
        return text not in NOTHING and text.startswith(("=", "+", "-", "@")) and not _COLD.fullmatch(text)

    def _plain(self, name: str, cell: Cell) -> None:
        got = READERS.get(name, values.words)(cell)
        self._keep(name, cell, got)
        if got.rest:
            self.rests.append(f"{FIELDS.get(name, name)}: {got.rest}")
        if isinstance(got.value, str) and len(got.value) > LONGEST.get(name, 500):
            self._note("too_long", name, cell.address, got.value, "")

    def _bank(self, cell: Cell) -> None:
        got = values.plain(cell)
        if not got.text or got.text in NOTHING:
            self.values["bank_code"] = None
            return
        code, standard = bank_of(got.text)
        codes = got.codes if standard else (*got.codes, "bank_alias" if code else "unknown_bank")
        self._keep("bank_code", cell, Value(code, tuple(item for item in codes if standard or item != "trim_space")))

    def _account(self, cell: Cell) -> None:
        got = values.plain(cell)
        if not got.text or got.text in NOTHING:
            self.values["account_no"] = None
            return
        if re.search(r"[A-Za-z]", got.text) or not re.search(r"\d", got.text):
            self._keep("account_no", cell, Value(None, ("account_unreadable",)))
            return
        digits, codes = values.digits_of(cell)
        bank = self.values.get("bank_code")
        if got.number and looks_cut(str(bank or ""), digits):
            codes = ("account_maybe_truncated", *codes)
        self._keep("account_no", cell, Value(digits, codes))

    def _keep(self, name: str, cell: Cell, got: Value) -> None:
        self.values[name] = got.value
        new = ", ".join(got.value) if isinstance(got.value, list) else "" if got.value is None else str(got.value)
        if name == "bank_code" and new:
            new = f"{NAMES[new]}({new})"
        for code in dict.fromkeys(got.codes):
            self._note(code, name, cell.address, cell.shown, new if code in REPAIRS else "")

    def _note(self, code: str, name: str, address: str, old: str, new: str) -> None:
        if not any((known.code, known.field) == (code, name) for known in self.problems):
            self.problems.append(Problem(code, name, address, old, new))
