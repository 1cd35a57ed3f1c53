"""One machine's data folder, ports and watch."""

import socket
import stat
from pathlib import Path

import pytest

from config.errors import CannotStart
from config.up import ports
from config.up.machine import Machine, locked, settle_values
from config.up.postgres import Postgres
from config.up.reset import reset
from config.up.watch import watch


def server(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", folder / "run dir", folder)


def test_values_survive_quotes_and_spaces(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    values = {"A": "it's", "B": r"back\slash", "C": "host='/a b' port=5432", "D": "a#b"}
    machine.write(values)
    assert machine.values() == values
    assert stat.S_IMODE(machine.env_file.stat().st_mode) == 0o600


def test_a_second_start_keeps_the_secrets(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    first = settle_values(machine, server(tmp_path), 8000)
    second = settle_values(machine, server(tmp_path), 8080)
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"GOEUL_PUBLIC_PORT"}
    assert len(first["GOEUL_SECRET_KEY"]) >= 40
    assert machine.values() == second


def test_a_production_machine_is_not_taken_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.write({"GOEUL_MODE": "production"})
    with pytest.raises(CannotStart, match="set up for production"):
        settle_values(machine, server(tmp_path), 8000)
    assert machine.values() == {"GOEUL_MODE": "production"}


def test_one_folder_runs_once(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(CannotStart, match="already runs"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_a_busy_port_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"^Port {port} is in use by another program; stop it or choose another"):
            ports.demand_free(port)
        assert ports.free_port(port) != port
    assert ports.free_port(port) == port


def test_reset_leaves_a_stranger_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotStart, match="does not look like a data folder"):
        reset(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_reset_removes_a_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    Machine(folder).write({"GOEUL_MODE": "demo"})
    reset(folder)
    assert not folder.exists()


def test_watch_names_what_is_gone_for_good() -> None:
    answers = iter([True, False, True, False, False, False, False, False, False, False, False, False, False, False])
    gone = watch({"PostgreSQL": lambda: True, "Valkey": lambda: next(answers)}, patience=0.05, every=0.02)
    assert gone == "Valkey"
