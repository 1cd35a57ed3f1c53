"""The process manager: one ends, all end; nothing outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import sys
from config.up.processes import House
house = House(started=lambda: print("started", flush=True))
for number, seconds in enumerate(sys.argv[2:]):
    command = [sys.executable, "-c", f"import time; print('{sys.argv[1]}', flush=True); time.sleep({seconds})"]
    house.add_process(f"p{number}", command)
house.loop()
house.sweep()
print("ended", house.first_to_end(), flush=True)
"""


def start(mark: str, *seconds: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, mark, *seconds], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


def alive(mark: str) -> list[str]:
    """Programs whose command line carries `mark`, zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if mark.encode() in words and state != "Z":
            found.append(words.decode().replace("\0", " "))
    return found


def wait_gone(mark: str, seconds: float = 5.0) -> list[str]:
    deadline = time.monotonic() + seconds
    while alive(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive(mark)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all(sign: int) -> None:
    mark = f"goeul-mark-{os.getpid()}-{sign}"
    process = start(mark, "60", "60")
    assert len(alive(mark)) >= 2
    process.send_signal(sign)
    said, _ = process.communicate(timeout=15)
    assert said.endswith("ended None\n")
    assert wait_gone(mark) == []


def test_one_end_stops_all_and_is_named() -> None:
    mark = f"goeul-mark-{os.getpid()}-end"
    process = start(mark, "60", "0.2")
    said, _ = process.communicate(timeout=15)
    assert said.endswith(f"ended ('p1', '{mark}')\n")
    assert wait_gone(mark) == []


def test_killing_the_manager_leaves_nothing() -> None:
    mark = f"goeul-mark-{os.getpid()}-kill"
    process = start(mark, "60", "60")
    process.kill()
    process.communicate(timeout=15)
    assert wait_gone(mark) == []
