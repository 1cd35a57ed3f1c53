"""The simulator's memory on disk: one JSON line per change, appended before the answer leaves."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from malls.payments.simulator.shapes import Obj


class Journal:
    """An append-only file. A line is whole or, if the process died in it, dropped at the next start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        _drop_torn_line(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def lines(self) -> Iterator[Obj]:
        """Everything that was written, in order."""
        with self.path.open("rb") as file:
            yield from (json.loads(line) for line in file)

    def write(self, line: Obj) -> None:
        """Append one line; it is the kernel's when this returns."""
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            os.write(self._file, data)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _drop_torn_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        while size:
            start = max(0, size - 65_536)
            file.seek(start)
            end = file.read(size - start).rfind(b"\n")
            if end >= 0:
                file.truncate(start + end + 1)
                return
            size = start
        file.truncate(0)
