"""What a sheet is to us, whatever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

CellKind = Literal["text", "number", "percent", "date", "flag"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with its address. `formula` is set when the value is the stored result of one."""

    value: str | float | date | datetime | bool | None
    address: str
    kind: CellKind = "text"
    formula: str = ""

    @property
    def is_blank(self) -> bool:
        """Nothing a person could see."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip(" \t\r\n\u3000\xa0\ufeff"))

    @property
    def shown(self) -> str:
        """As a person sees it."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        if isinstance(self.value, datetime | date):
            return self.value.strftime("%Y-%m-%d")
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of the cells that hold something.

    `below[(row, column)]` is the top cell of a merged column stretch, `wide` the rows that one cell spans.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    hidden: frozenset[int] = frozenset()
    below: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    wide: frozenset[int] = frozenset()
    last_row: int = 0

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell itself, without filling merged stretches."""
        return self.rows.get(row, {}).get(column)
