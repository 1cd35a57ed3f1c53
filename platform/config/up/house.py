"""`goeul up`: everything one machine needs, started in order, kept in the foreground, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from config import catalog
from config.errors import CannotStart
from config.up import postgres, valkey
from config.up.machine import Machine, locked, settle_values
from config.up.ports import demand_free
from config.up.prepare import fingerprint
from config.up.processes import House, commands
from config.up.services import ensure_database
from config.up.tied import end, spawn
from config.up.welcome import welcome

Say = Callable[[str], None]
READY_WAIT = 90.0
"""Seconds until the first page must answer."""


class Asked(BaseException):
    """A signal asked us to stop."""


class Signals:
    """SIGTERM, SIGINT and SIGHUP unwind the stack, so that everything that was started is stopped. The first counts."""

    SIGNS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def __init__(self) -> None:
        self._held = self._asked = False

    def __enter__(self) -> Self:
        self._before = {sign: signal.signal(sign, self._hear) for sign in self.SIGNS}
        return self

    def __exit__(self, *error: object) -> None:
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    def _hear(self, number: int, frame: Any) -> None:
        del number, frame
        if not self._asked:
            self._asked = True
            self.heed()

    def heed(self) -> None:
        """Stop here when we were asked to."""
        if self._asked and not self._held:
            raise Asked

    @contextmanager
    def held(self) -> Iterator[None]:
        """Finish the step in hand before stopping."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self.heed()


def run(folder: Path, *, port: int, host: str, demo: str | None, say: Say) -> int:
    """Start everything and stay until asked to stop; the exit code."""
    demand_free(port, host)
    folder = folder.absolute()
    os.umask(0o022)
    with Signals() as signals, ExitStack() as stack:
        try:
            machine = stack.enter_context(locked(folder))
            values = _start_services(machine, port, stack, signals, say)
            _prepare(machine, values, demo, say)
            return _keep(machine, values, port, host, say)
        except Asked:
            say("Stopping …")
            return 0


def _start_services(machine: Machine, port: int, stack: ExitStack, signals: Signals, say: Say) -> dict[str, str]:
    """PostgreSQL, Valkey and the payment simulator; each is stopped when the stack unwinds."""
    say("Starting PostgreSQL …")
    server = postgres.place(machine.folder / "postgres")
    stack.callback(postgres.stop, server)
    with signals.held():
        postgres.start(server, say=say)
    ensure_database(server)
    values = settle_values(machine, server, port)
    broker = valkey.start(int(values["GOEUL_VALKEY_PORT"]), values["GOEUL_VALKEY_PASSWORD"], machine.folder)
    stack.callback(end, broker)
    if find_spec("malls.payments.simulator"):
        say("Starting the payment simulator …")
        books = str(machine.folder / "simulator.json")
        number = values["GOEUL_SIMULATOR_PORT"]
        command = [sys.executable, "-m", "malls.payments.simulator", "--port", number, "--data", books]
        log = stack.enter_context((machine.folder / "simulator.log").open("w"))
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        stack.callback(end, spawn(command, env=_environment(machine, values), **streams))
    return values


def _environment(machine: Machine, values: Mapping[str, str]) -> dict[str, str]:
    """What our processes see: the machine's file wins over whatever the shell had set."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("GOEUL_")}
    return {
        **rest,
        **values,
        "GOEUL_DATA_DIR": str(machine.folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",  # for developers, not for who runs a mall
    }


def _prepare(machine: Machine, values: Mapping[str, str], demo: str | None, say: Say) -> None:
    """Schemas, catalogs, static files and, once, the demo. Skipped when nothing changed since the last start."""
    stamp = machine.folder / "prepared"
    state = f"{fingerprint()} {values['GOEUL_PUBLIC_PORT']}"
    if not stamp.exists() or stamp.read_text() != state:
        say("Preparing the database and static files …")
        catalog.compile_all()
        _step(machine, values, [sys.executable, "-m", "config.cli", "prepare"], "The database could not be prepared")
        stamp.write_text(state)
    loaded = machine.folder / "demo-loaded"
    if demo and not loaded.exists():
        say(f"Loading the {demo} demo …")
        command = [sys.executable, "-m", "config.cli", "demo", "load", "--size", demo]
        _step(machine, values, command, "The demo could not be loaded")
        loaded.write_text(demo)


def _step(machine: Machine, values: Mapping[str, str], command: list[str], failure: str) -> None:
    """Run one step to its end; when we are asked to stop, it is stopped first."""
    process = spawn(command, env=_environment(machine, values), stdin=subprocess.DEVNULL)
    try:
        code = process.wait()
    except BaseException:
        end(process)
        raise
    if code:
        raise CannotStart(f"{failure}; the lines above say why.")


def _keep(machine: Machine, values: Mapping[str, str], port: int, host: str, say: Say) -> int:
    """Run the processes until one ends or we are asked to stop."""
    house = House(started=lambda: _announce(machine, values, port, host, say))
    for name, command in commands(values, machine.folder, port, host).items():
        house.add_process(name, command, env=_environment(machine, values), cwd=str(machine.folder))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        house.loop()
    finally:
        house.sweep()
    ended = house.first_to_end()
    if ended:
        name, words = ended
        raise CannotStart(f"The process “{name}” ended by itself, so all were stopped. It said last: {words}")
    say("Stopped.")
    return 0


def _announce(machine: Machine, values: Mapping[str, str], port: int, host: str, say: Say) -> None:
    """Say where everything is, as soon as the first page answers."""

    def wait() -> None:
        deadline = time.monotonic() + READY_WAIT
        while time.monotonic() < deadline:
            if _is_ready(port, host):
                say(welcome(machine, values, port))
                return
            time.sleep(0.2)
        say(f"The pages have not answered for {READY_WAIT:.0f} seconds; `goeul doctor` may say why.")

    threading.Thread(target=wait, daemon=True).start()


def _is_ready(port: int, host: str) -> bool:
    here = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104  compared, not bound
    try:
        with urllib.request.urlopen(f"http://{here}:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
