"""`goeul up` as people use it: start, use, stop, start again, be killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.up import postgres
from config.up.ports import free_port
from config.up.services import ephemeral_postgres
from tests.config.test_processes import alive, wait_gone

pytestmark = pytest.mark.slow
NOBODY = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),  # Python may lie in root's home
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder whose path nobody else's command line carries."""
    path = Path(f"/var/tmp/goeul-up-{os.getpid()}-{time.monotonic_ns()}")  # noqa: S108  other accounts must reach it
    yield path / "data"
    if (path / "data" / "postgres").exists():
        postgres.stop(postgres.place(path / "data" / "postgres"))
    shutil.rmtree(path, ignore_errors=True)


def start(folder: Path, port: int, *by: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GOEUL_", "DJANGO_"))}
    command = [*by, sys.executable, "-m", "config.cli", "up", "--port", str(port), "--data-dir", str(folder)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/"
    )


def wait_ready(process: "subprocess.Popen[str]", port: int, seconds: float) -> float:
    """Seconds until `/readyz` answered."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if process.poll() is not None:
            pytest.fail(f"goeul up ended: {process.stdout.read() if process.stdout else ''}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    process.kill()
    return pytest.fail("goeul up was not ready in time")


def test_start_stop_start_again_and_survive_being_killed(folder: Path) -> None:
    port = free_port()
    first = start(folder, port)
    wait_ready(first, port, 240)
    secrets = (folder / "goeul.env").read_text()
    first.send_signal(signal.SIGTERM)
    said, _ = first.communicate(timeout=60)
    assert (first.returncode, said.splitlines()[-1]) == (0, "Stopped.")
    assert wait_gone(str(folder)) == []

    second = start(folder, port)
    assert wait_ready(second, port, 60) < 30
    assert (folder / "goeul.env").read_text() == secrets
    busy = start(folder.with_name("other"), port)
    assert busy.communicate(timeout=30)[0].startswith(f"Port {port} is in use by another program;")
    assert busy.returncode == 1
    twice = start(folder, free_port())
    assert "already runs" in twice.communicate(timeout=30)[0]
    assert twice.returncode == 1

    second.kill()
    second.communicate(timeout=30)
    left = [words for words in wait_gone(f"GOEUL_DATA_DIR={folder}") if "postgres -D" not in words]
    assert left == []
    third = start(folder, port)
    wait_ready(third, port, 120)
    third.send_signal(signal.SIGINT)
    third.communicate(timeout=60)
    assert third.returncode == 0
    assert wait_gone(str(folder)) == []
    if os.geteuid() == 0 and shutil.which("setpriv"):
        start_as_an_ordinary_user(folder, port)


def owners(mark: str) -> set[str]:
    """The accounts of programs whose command line carries `mark`."""
    found = set()
    for program in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (program / "cmdline").read_bytes():
                found.add(program.owner())
    return found


def give(folder: Path, user: str, group: str) -> None:
    """Let everything in a folder belong to somebody."""
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, user, group)


def start_as_an_ordinary_user(folder: Path, port: int) -> None:
    """The same folder, given to an account that may do nothing else: everything runs as that account."""
    give(folder, "nobody", "nogroup")
    theirs = start(folder, port, *NOBODY)
    try:
        wait_ready(theirs, port, 60)
        assert owners(str(folder)) == {"nobody"}
    finally:
        theirs.send_signal(signal.SIGTERM)
        said, _ = theirs.communicate(timeout=60)
        give(folder, "root", "root")
    assert (theirs.returncode, said.splitlines()[-1]) == (0, "Stopped.")
    assert wait_gone(str(folder)) == []


def test_stop_while_still_preparing(folder: Path) -> None:
    process = start(folder, free_port())
    deadline = time.monotonic() + 60
    while not (folder / "goeul.env").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopping …" in said.splitlines()
    assert wait_gone(str(folder)) == []


def test_a_private_postgres_starts_quickly_and_stops(folder: Path) -> None:
    import psycopg

    with ephemeral_postgres(folder / "postgres") as address:
        began = time.monotonic()
        with psycopg.connect(address) as connection:
            row = connection.execute("SELECT lower('가A'), current_setting('listen_addresses')").fetchone()
        assert row == ("가a", "")
        assert time.monotonic() - began < 3
    assert alive(str(folder)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_a_closed_folder_stays_closed(folder: Path) -> None:
    closed = folder.parent
    closed.mkdir(mode=0o700)
    server = postgres.place(folder / "postgres")
    try:
        postgres.start(server)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (folder / "postgres").is_symlink()
        assert server.data.owner() == pwd.getpwnam("goeul").pw_name
    finally:
        postgres.stop(server)
        shutil.rmtree(server.data.parent)
    with socket.socket(socket.AF_UNIX) as probe, pytest.raises(OSError, match=r"No such file|refused"):
        probe.connect(str(server.sockets / ".s.PGSQL.5432"))
