"""The processes of one machine under honcho: their output together, their end together.

When one of them ends, all are stopped and the sentence says which: half a mall (pages without billing, say) is worse
than none, and whoever started us (a person, systemd) starts everything again. Workers inside the web server and the
Celery worker are replaced by those servers themselves.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from honcho import manager as honcho
from honcho.printer import Printer
from honcho.process import Popen, Process

from config.errors import CannotStart
from config.up.tied import die_with_parent

START_WAIT = 20.0
honcho.KILL_WAIT = 20  # a task in the worker may finish; after that everything is killed


class TiedProcess(Process):
    """A process whose watcher and itself end with us, even when we are killed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = _tied

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:  # noqa: FBT001, FBT002  honcho's shape
        """Run the program and pass on what it says."""
        die_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


def _tied(command: Sequence[str], **options: Any) -> Any:
    return Popen(command, shell=False, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, **options)


class Gentle:
    """Ask only the first process of a group to stop: it knows how to stop its own; kill takes the group."""

    def terminate(self, pid: int) -> None:
        """Send SIGTERM."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        """Take the whole group away."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class Remembering(Printer):
    """Prints, and remembers each process's last line."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.last: dict[str, str] = {}

    def write(self, message: Any) -> None:
        """Print one message."""
        text = message.data.decode(errors="replace") if isinstance(message.data, bytes) else message.data
        self.last[message.name] = text.strip() or self.last.get(message.name, "")
        super().write(message)


class House(honcho.Manager):
    """All processes of one machine."""

    def __init__(self, started: Callable[[], None]) -> None:
        super().__init__(Remembering())
        self._process_ctor = TiedProcess
        self._procmgr = Gentle()
        self._started = started
        self.stopped_by_signal = False

    def _start(self) -> None:
        """Start all and know all their numbers before anything can stop them."""
        super()._start()
        early = []
        while not self._all_started():
            try:
                message = self.events.get(timeout=START_WAIT)
            except queue.Empty as error:
                raise CannotStart("A process could not be started; its last lines are above.") from error
            if message.type == "start":
                self._processes[message.name]["pid"] = message.data["pid"]
            else:
                early.append(message)
        for message in early:
            self.events.put(message)
        self._started()
        if self.stopped_by_signal:
            super().terminate()

    def terminate(self) -> None:
        """Stop all; remember whether someone asked for it. Asked while starting, stop once all are known."""
        self.stopped_by_signal = self.stopped_by_signal or self.returncode in {130, 143}
        if self._all_started():
            super().terminate()

    def first_to_end(self) -> tuple[str, str] | None:
        """The process that ended by itself with its last words, when that is why we stopped."""
        if self.stopped_by_signal or self._first is None:
            return None
        return self._first, self._printer.last.get(self._first, "")

    _first: str | None = None

    def _system_print(self, data: str) -> None:
        """Honcho's own lines: keep who ended first, and say nothing else."""
        name, _, what = data.partition(" ")
        if what.startswith("stopped") and self._first is None:
            self._first = name

    def sweep(self) -> None:
        """Make sure that nothing of any group is left."""
        for process in self._processes.values():
            if process.get("pid"):
                self._procmgr.kill(process["pid"])


def commands(values: Mapping[str, str], folder: Path, port: int, host: str) -> dict[str, list[str]]:
    """What runs on one machine, by name. Beat keeps no pid file, so a crash leaves no stale lock."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config"]
    quiet = ["--loglevel", "WARNING"]
    granian = [
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--no-ws",
        "--respawn-failed-workers",
    ]
    return {
        "web": [
            *[python, "-m", "granian", *granian, "--log-level", "warning"],
            *["--host", host, "--port", str(port), "config.wsgi:application"],
        ],
        "worker": [
            *celery,
            "worker",
            "-c",
            "2",
            *quiet,
            "--without-gossip",
            "--without-mingle",
            "--hostname",
            "goeul@%h",
        ],
        "beat": [*celery, "beat", *quiet, "--schedule", str(folder / "beat-schedule"), "--pidfile", ""],
        "watch": [python, "-m", "config.up.watch", values["GOEUL_VALKEY_PORT"]],
    }
