"""The lists that three offices really keep give exactly the results that people agreed on."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from malls.merchants.onboarding.lists import OfficeList, read_list
from malls.merchants.onboarding.places import Home
from malls.merchants.onboarding.problems import REFUSED
from malls.merchants.onboarding.rules import Known, refused_keys

DATA = Path(__file__).parent / "data"
HOMES = {
    "sunchang": Home("순창군", "전북특별자치도"),
    "yeongdeok": Home("영덕군", "경상북도"),
    "boseong": Home("보성군", "전남광주통합특별시"),
}
FILES = {
    "sunchang": "sunchang.xlsx", "yeongdeok": "yeongdeok.xlsx", "boseong": "boseong.csv",
    "boseong_products": "boseong_products.csv",
}  # fmt: skip


@cache
def read(name: str) -> OfficeList:
    data = (DATA / FILES[name]).read_bytes()
    home = HOMES[name.split("_", maxsplit=1)[0]]
    return read_list(data, FILES[name], home=home, known=known() if name == "boseong_products" else Known())


def known() -> Known:
    """What is known after boseong.csv."""
    merchants = read("boseong").of("merchant")
    names = {row.text("business_no"): row.text("name") for row in merchants if row.importable}
    refused = {key for row in merchants if row.status == REFUSED for key in refused_keys(row)}
    return Known(names, frozenset(refused - names.keys()))


def expected(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.expected.json").read_text())


@pytest.mark.parametrize("name", FILES)
def test_totals(name: str) -> None:
    assert read(name).totals() == expected(name)["totals"]


@pytest.mark.parametrize("name", FILES)
def test_rows_with_problems(name: str) -> None:
    wanted = {
        (row.get("sheet", ""), row["row"], row["kind"]): (
            row["status"],
            sorted((problem["code"], problem["field"]) for problem in row["problems"]),
        )
        for row in expected(name)["rows_with_problems"]
    }
    got = {
        (row.sheet, row.number, row.kind): (row.status, sorted((p.code, p.field) for p in row.problems))
        for row in read(name).rows
        if row.problems
    }
    assert got == wanted


@pytest.mark.parametrize("name", FILES)
def test_samples(name: str) -> None:
    rows = {(row.sheet, row.number): row for row in read(name).rows}
    for sample in expected(name)["samples"]:
        row = rows[sample.get("sheet", ""), sample["row"]]
        assert row.status == sample["status"]
        assert {key: row.values.get(key) for key in sample["values"]} == sample["values"]


@pytest.mark.parametrize("name", FILES)
def test_ignored_rows(name: str) -> None:
    wanted = {(row["sheet"], row["row"]): row["reason"] for row in expected(name)["ignored_rows"]}
    got = {(row.sheet, row.number): row.reason for row in read(name).ignored}
    if not wanted:
        assert set(got.values()) <= {"header"}
    else:
        assert got == wanted


def test_columns_are_understood() -> None:
    sheets = {sheet.name: sheet for sheet in read("yeongdeok").sheets}
    for wanted in expected("yeongdeok")["sheets"]:
        header = sheets[wanted["name"]].header
        assert header is not None
        assert header.row == wanted["header_row"]
        named = {header.titles[column].replace("\n", " "): field for column, field in header.columns.items()}
        assert named == wanted["columns"]
    assert {sheet.name: sheet.kind for sheet in read("sunchang").sheets}["작성안내"] == "ignore"


def test_unique_merchants() -> None:
    rows = [row for row in read("yeongdeok").of("merchant") if row.importable]
    assert len({row.values["business_no"] for row in rows}) == expected("yeongdeok")["unique_merchants_importable"]
