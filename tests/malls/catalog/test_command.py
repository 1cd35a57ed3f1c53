"""`goeul merchants import`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from config.commands.merchants import merchants
from malls.merchants.errors import FileEmpty
from malls.merchants.models import ListImport, Merchant

DATA = Path(__file__).parent.parent / "merchants" / "data"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(merchants, ["import", *arguments], catch_exceptions=True)


def counted(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--municipality", "sunchang", "--json")
    assert (done.exit_code, done.exception) == (0, None)
    return json.loads(done.stdout)


def test_dry_run_then_twice(sunchang: Any, tmp_path: Path) -> None:
    file = str(DATA / "yeongdeok.xlsx")
    report = tmp_path / "report.xlsx"
    dry = counted(file, "--dry-run", "--report", str(report))
    assert (dry["merchant"]["created"], dry["merchant"]["refused"], dry["product"]["created"]) == (119, 21, 231)
    assert (Merchant.objects.count(), ListImport.objects.count()) == (0, 0)
    assert load_workbook(report).worksheets[0].max_row > 700
    first = counted(file)
    assert first["merchant"]["problems"]["bad_checksum"] == 4
    assert first == dry
    second = counted(file)
    assert (second["merchant"]["created"], second["merchant"]["unchanged"]) == (0, 119)
    assert Merchant.objects.count() == 119


def test_people_get_a_table(sunchang: Any) -> None:
    done = run(str(DATA / "sunchang.xlsx"), "--municipality", "sunchang")
    assert done.exit_code == 0
    assert "created" in done.stdout
    assert "118" in done.stdout


def test_bad_file_is_refused(sunchang: Any, tmp_path: Path) -> None:
    empty = tmp_path / "a.xlsx"
    empty.write_bytes(b"")
    done = run(str(empty), "--municipality", "sunchang")
    assert isinstance(done.exception, FileEmpty)


@pytest.mark.parametrize("slug", ["nowhere", "../etc"])
def test_unknown_municipality(sunchang: Any, slug: str) -> None:
    assert run(str(DATA / "boseong.csv"), "--municipality", slug).exit_code != 0
    assert Merchant.objects.count() == 0
