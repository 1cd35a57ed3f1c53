"""The 243 local governments (행정표준코드, as of 2026-07-01): reference data that opening a municipality picks from."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "municipalities.csv"


@dataclass(frozen=True, slots=True)
class LocalGovernment:
    """One 시·군·구 or 광역. `valid_from` is the day its code or name came into force, empty when long ago."""

    code: str
    name_ko: str
    name_en: str
    kind: str
    parent_code: str
    slug: str
    valid_from: str
    former_codes: tuple[str, ...]


@cache
def local_governments() -> dict[str, LocalGovernment]:
    """All local governments by code."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _read(row) for row in csv.DictReader(file)}


def _read(row: dict[str, str]) -> LocalGovernment:
    former = tuple(filter(None, row.pop("former_codes").split("|")))
    return LocalGovernment(**row, former_codes=former)


def successors_of(former_code: str) -> list[LocalGovernment]:
    """The governments that a former code became; more than one means that the address decides."""
    return [one for one in local_governments().values() if former_code in one.former_codes]
