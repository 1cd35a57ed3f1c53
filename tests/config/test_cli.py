"""The command line: one sentence, the right exit code, never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from config import cli
from config.commands import Day, Period, emit
from tenants.municipalities.models import Municipality

BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


COMMANDS_HERE = {path.stem for path in (Path(cli.__file__).parent / "commands").glob("[a-z]*.py")}


def bare(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run goeul in a process of its own with nothing configured but `values`."""
    command = [sys.executable, "-m", "config.cli", *arguments]
    return subprocess.run(command, env={**BARE, **values}, capture_output=True, text=True, check=False, cwd="/")


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in sorted(COMMANDS_HERE):
        command = cli.goeul.get_command(click.Context(cli.goeul), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", one) for sub, one in command.commands.items())


def test_help_needs_no_configuration_and_lists_every_command() -> None:
    done = bare("--help")
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.startswith("  ")}
    assert listed >= set(cli.COMMANDS)


def test_every_command_shows_an_example() -> None:
    without = [name for name, command in every_command() if not command.epilog and not isinstance(command, click.Group)]
    assert without == []


def test_the_table_of_commands_matches_the_folder() -> None:
    assert set(cli.COMMANDS) == COMMANDS_HERE


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["sing"], 2, "No such command 'sing'. See: goeul --help"),
        (["municipality", "create"], 2, "Missing option '--code'. See: goeul municipality create --help"),
        (["verify", "--fast"], 2, "No such option '--fast'. See: goeul verify --help"),
    ],
)
def test_wrong_usage_is_one_sentence(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == code
    said = capsys.readouterr()
    assert (said.out, said.err.replace(": --fast", " '--fast'")) == ("", sentence + "\n")


def test_missing_configuration_names_what_to_set(tmp_path: Path) -> None:
    done = bare("verify", GOEUL_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for name in ("GOEUL_SECRET_KEY", "GOEUL_FIELD_KEYS", "GOEUL_DATABASE_URL"):
        assert name in done.stderr


def test_a_stopped_database_is_one_sentence(tmp_path: Path) -> None:
    values = {name: value for name, value in os.environ.items() if name.startswith("GOEUL_")}
    values |= {"GOEUL_DATABASE_URL": "postgresql://goeul@127.0.0.1:1/goeul", "GOEUL_DATA_DIR": str(tmp_path)}
    done = bare("municipality", "list", **values)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "The database cannot be used" in done.stderr


@pytest.mark.django_db
def test_a_refusal_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    before = Municipality.objects.count()
    assert cli.main(["municipality", "suspend", "nowhere"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "nowhere" in said.err
    assert len(said.err.splitlines()) == 1
    assert Municipality.objects.count() == before


@pytest.mark.django_db
def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["municipality", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["slug"], row["state"]) for row in rows] == [("boseong", "active"), ("sunchang", "active")]


def test_verify_wants_one_municipality_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--municipality", "sunchang", "--all"]) == 2
    assert capsys.readouterr().err.startswith("Give either --municipality SLUG or --all.")


def test_a_bug_is_a_sentence_and_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("too little")

    monkeypatch.setattr(cli.goeul, "main", broken)
    monkeypatch.setenv("GOEUL_DATA_DIR", str(tmp_path))
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert said == f"This is a bug (ZeroDivisionError: too little). The details are in {tmp_path}/errors.log.\n"
    assert "Traceback" in (tmp_path / "errors.log").read_text()


@pytest.mark.parametrize(("kind", "text"), [(Day(), "2026-02-30"), (Day(), "어제"), (Period(), "2026-13")])
def test_dates_that_are_none(kind: click.ParamType, text: str) -> None:
    with pytest.raises(click.BadParameter, match=text):
        kind.convert(text, None, None)


def test_a_table_counts_hangul_double(capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"name": "순창", "n": 1}, {"name": "abcdef", "n": 22}], as_json=False)
    assert capsys.readouterr().out == "name    n\n순창    1\nabcdef  22\n"
