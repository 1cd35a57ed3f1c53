"""Processes that never outlive us: when we die, however we die, the kernel ends them."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(sign: int = signal.SIGTERM) -> None:
    """Ask the kernel for `sign` when our parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def spawn(command: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own (a terminal's Ctrl-C does not reach it), tied to us."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent, **options)  # noqa: PLW1509  before threads


def end(process: "subprocess.Popen[bytes]", patience: float = 10.0) -> None:
    """Ask a process to stop; after `patience` seconds take it and its whole session away."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
