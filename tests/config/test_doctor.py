"""The doctor says what is wrong and how to mend it."""

import json
from pathlib import Path

import pytest

from config import cli, doctor
from config.doctor import Finding, examine
from tests.config.test_cli import bare


@pytest.mark.django_db
def test_findings_of_this_machine() -> None:
    findings = {one.what: one for one in examine()}
    well = {"versions", "configuration", "database", "pg_dump", "clock", "Valkey", "migrations", "fonts", "PDF"}
    assert {name for name in well if not findings[name].well} == set()
    assert all(one.well or one.mend for one in findings.values())


def test_nothing_configured(tmp_path: Path) -> None:
    done = bare("doctor", "--json", GOEUL_DATA_DIR=str(tmp_path))
    findings = {one["what"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert done.stderr == ""
    assert findings["versions"]["well"] is True
    assert "GOEUL_SECRET_KEY is missing" in findings["configuration"]["detail"]
    assert findings["database"] == {
        "what": "database",
        "well": False,
        "detail": "not looked at",
        "mend": "Mend the configuration first.",
    }


def test_an_older_pg_dump_is_unwell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    program.chmod(0o755)
    from config.env import env

    monkeypatch.setattr(env, "pg_bin", tmp_path)
    monkeypatch.setattr(doctor, "_ask", lambda _: "180006")
    with pytest.raises(doctor.Unwell, match="pg_dump is version 9, the server 18"):
        doctor._pg_dump()


def test_exit_code_follows_the_findings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: iter([Finding("clock", well=True, detail="1 ms")]))
    assert cli.main(["doctor"]) == 0
    monkeypatch.setattr(doctor, "examine", lambda: iter([Finding("clock", False, "9 s apart", "Follow NTP.")]))
    assert cli.main(["doctor"]) == 1
    assert "→ Follow NTP." in capsys.readouterr().out
