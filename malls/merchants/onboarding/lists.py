"""The door: an office's file to rows, remarks and counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from malls.merchants.errors import NoHeader
from malls.merchants.onboarding.cells import Sheet
from malls.merchants.onboarding.headers import Header, find_header, merchants_beside
from malls.merchants.onboarding.places import Home, home_of
from malls.merchants.onboarding.problems import IMPORTABLE, OK, REFUSED, REPAIRED, SKIPPED, WARNING
from malls.merchants.onboarding.reading import read_sheets
from malls.merchants.onboarding.rows import Ignored, Row, read_rows
from malls.merchants.onboarding.rules import (
    NOTHING_KNOWN,
    Directory,
    Known,
    compare_merchants,
    compare_products,
    judge_merchant,
    judge_product,
    judge_voucher,
)

KINDS = ("merchant", "product", "voucher")


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """How a sheet was understood."""

    name: str
    kind: str
    header: Header | None


@dataclass(frozen=True, slots=True)
class OfficeList:
    """A list that was read: how its sheets were understood, its rows, and what was passed over."""

    sheets: tuple[SheetGuess, ...]
    rows: tuple[Row, ...]
    ignored: tuple[Ignored, ...]

    def of(self, kind: str) -> list[Row]:
        """The rows of one kind."""
        return [row for row in self.rows if row.kind == kind]

    def totals(self) -> dict[str, dict[str, object]]:
        """Counts by kind: rows by status, importable ones, and how often each problem occurs."""
        return {kind: count(self.of(kind)) for kind in KINDS if self.of(kind)}


def count(rows: Iterable[Row]) -> dict[str, object]:
    """Rows by status and problems by code."""
    rows = list(rows)
    by_status = Counter(row.status for row in rows)
    problems = Counter(problem.code for row in rows for problem in row.problems)
    return {
        "data_rows": len(rows),
        **{status: by_status[status] for status in (OK, REPAIRED, WARNING, SKIPPED, REFUSED)},
        "importable": sum(by_status[status] for status in IMPORTABLE),
        "problem_counts": dict(sorted(problems.items())),
    }


def read_list(data: bytes, filename: str, *, home: Home | None = None, known: Known = NOTHING_KNOWN) -> OfficeList:
    """Read a whole file. Raises a FileRefused when the file itself is the problem."""
    guesses: list[SheetGuess] = []
    rows: list[Row] = []
    ignored: list[Ignored] = []
    for sheet in read_sheets(data, filename):
        header = find_header(sheet)
        guesses.append(SheetGuess(sheet.name, header.kind if header else "ignore", header))
        for item in read_rows(sheet, header) if header else ():
            (rows if isinstance(item, Row) else ignored).append(item)  # type: ignore[arg-type]
        rows += _merchants_beside(sheet, header) if header else []
    if not any(guess.header for guess in guesses):
        raise NoHeader
    return OfficeList(tuple(guesses), tuple(_judge(rows, home, known)), tuple(ignored))


def _merchants_beside(sheet: Sheet, header: Header) -> list[Row]:
    """Each merchant once, from a product list that repeats its merchant in every row."""
    beside = merchants_beside(sheet, header)
    found: dict[str, Row] = {}
    for item in read_rows(sheet, beside) if beside else ():
        if isinstance(item, Row):
            found.setdefault(item.text("business_no") or str(item.number), item)
    return list(found.values())


def _judge(rows: list[Row], home: Home | None, known: Known) -> list[Row]:
    by_kind = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    home = home or home_of(row.text("address") for row in by_kind["merchant"])
    merchants = compare_merchants(judge_merchant(row, home) for row in by_kind["merchant"])
    directory = Directory(merchants, known)
    products = compare_products(directory.link(judge_product(row)) for row in by_kind["product"])
    vouchers = [judge_voucher(row) for row in by_kind["voucher"]]
    return [*merchants, *products, *vouchers]
