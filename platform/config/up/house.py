"""`goeul up`: everything one machine needs, started in order, kept in the foreground, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
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
STEP_LOOK = 0.2
"""Seconds between two looks at whether a step should stop."""


class Asked(Exception):  # noqa: N818  no error
    """A signal asked us to stop."""


class Signals:
    """SIGTERM, SIGINT and SIGHUP are noted and heeded between steps: an exception out of a handler could be lost."""

    SIGNS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    asked = False

    def __enter__(self) -> Self:
        self._before = {sign: signal.signal(sign, self._note) for sign in self.SIGNS}
        return self

    def __exit__(self, *error: object) -> None:
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    def _note(self, number: int, frame: Any) -> None:
        del number, frame
        self.asked = True

    def heed(self) -> None:
        """Unwind here when we were asked to stop, so that everything that was started is stopped."""
        if self.asked:
            raise Asked

    def pass_on(self) -> None:
        """Say it again to whoever listens now."""
        if self.asked:
            os.kill(os.getpid(), signal.SIGTERM)


def run(folder: Path, *, port: int, host: str, demo: str | None, say: Say) -> int:
    """Start everything and stay until asked to stop; the exit code."""
    demand_free(port, host)
    folder = folder.absolute()
    os.umask(0o022)
    with Signals() as signals, ExitStack() as stack:
        try:
            machine = stack.enter_context(locked(folder))
            values = _start_services(machine, port, stack, signals, say)
            _prepare(machine, values, demo, signals, say)
            return _keep(machine, values, signals, say, port=port, host=host)
        except Asked:
            say("Stopping …")
            return 0


def _start_services(machine: Machine, port: int, stack: ExitStack, signals: Signals, say: Say) -> dict[str, str]:
    """PostgreSQL, Valkey and the payment simulator; each is stopped when the stack unwinds."""
    say("Starting PostgreSQL …")
    server = postgres.place(machine.folder / "postgres")
    stack.callback(postgres.stop, server)
    postgres.start(server, say=say)
    signals.heed()
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
    signals.heed()
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


def _prepare(machine: Machine, values: Mapping[str, str], demo: str | None, signals: Signals, say: Say) -> None:
    """Schemas, catalogs, static files and, once, the demo. Skipped when nothing changed since the last start."""
    stamp = machine.folder / "prepared"
    state = f"{fingerprint()} {values['GOEUL_PUBLIC_PORT']}"
    if not stamp.exists() or stamp.read_text() != state:
        say("Preparing the database and static files …")
        catalog.compile_all()
        command = [sys.executable, "-m", "config.cli", "prepare"]
        _step(machine, values, command, signals, "The database could not be prepared")
        stamp.write_text(state)
    loaded = machine.folder / "demo-loaded"
    if demo and not loaded.exists():
        say(f"Loading the {demo} demo …")
        command = [sys.executable, "-m", "config.cli", "demo", "load", "--size", demo]
        _step(machine, values, command, signals, "The demo could not be loaded")
        loaded.write_text(demo)


def _step(machine: Machine, values: Mapping[str, str], command: list[str], signals: Signals, failure: str) -> None:
    """Run one step to its end; when we are asked to stop, it is stopped first."""
    process = spawn(command, env=_environment(machine, values), stdin=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            signals.heed()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STEP_LOOK)
    finally:
        if process.poll() is None:
            end(process)
    if process.returncode:
        raise CannotStart(f"{failure}; the lines above say why.")


def _keep(machine: Machine, values: Mapping[str, str], signals: Signals, say: Say, *, port: int, host: str) -> int:
    """Run the processes until one ends or we are asked to stop."""

    def started() -> None:
        _announce(machine, values, port, host, say)
        signals.pass_on()  # what came while the processes were being started

    signals.heed()
    house = House(started)
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
