"""The running house: web server and payment simulator as processes of their own, on the test database."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.up.ports import free_port
from malls.payments.accounts import _gateway

PATIENCE = 90.0
"""Seconds to wait for a process on a busy machine."""
BIN = Path(sys.executable).parent


@dataclass
class House:
    """Where the malls and the simulator answer, and what the web server wrote."""

    port: int
    provider: int
    log: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def url(self, slug: str, path: str = "/") -> str:
        """A page of a mall."""
        return f"http://{slug}.localhost:{self.port}{path}"

    @property
    def provider_url(self) -> str:
        """The simulator."""
        return f"http://127.0.0.1:{self.provider}"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of this house is told."""
        return {**os.environ, **self.values}

    def goeul(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a command of the command line."""
        command = [sys.executable, "-m", "config.cli", *words]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def done(self, *words: str) -> Any:
        """Run a command to its end; its JSON."""
        said, complained = (process := self.goeul(*words, "--json")).communicate(timeout=300)
        assert process.returncode == 0, said + complained
        return json.loads(said)

    def charges(self, api_key: str) -> list[dict[str, Any]]:
        """The simulator's own list of an account's charges."""
        request = urllib.request.Request(
            f"{self.provider_url}/_sim/charges", headers={"Authorization": f"Bearer {api_key}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def run(self, name: str, *command: object, **extra: str) -> "subprocess.Popen[bytes]":
        """Start a process whose words go to a file beside the log."""
        with self.log.with_name(f"{name}.log").open("ab") as out:
            process = subprocess.Popen(
                [str(word) for word in command], env={**self.environment, **extra}, stdout=out, stderr=out
            )
        self.processes.append(process)
        return process

    def said(self) -> str:
        """Everything that the web server wrote."""
        return self.log.read_text(errors="replace")


@contextmanager
def running(folder: Path, *, database: str = "", pool: bool = False) -> Iterator[House]:
    """Start simulator and web server for the present database, or for another one; both end with the block.

    With `pool` the web server runs as in the demo: pooled connections, hashed static files.
    """
    port, provider = free_port(), free_port()
    house = House(port, provider, folder / "web.log")
    house.values = {
        "GOEUL_DATABASE_URL": database or database_url(),
        "GOEUL_PUBLIC_PORT": str(port),
        "GOEUL_STRIPE_API_BASE": house.provider_url,
        "GOEUL_MODE": "demo" if pool else "test",
        "PYTHONWARNINGS": "ignore",
    }
    if pool:
        collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, env=house.environment, check=True)
    try:
        house.run(
            "simulator", sys.executable, "-m", "malls.payments.simulator", "--port", provider, "--data",
            folder / "provider.jsonl",
        )  # fmt: skip
        house.run(
            "web", BIN / "granian", "--interface", "wsgi", "--port", port, "--workers", 1, "--blocking-threads", 4,
            "--no-ws", "config.wsgi:application",
        )  # fmt: skip
        until(lambda: answers(f"{house.provider_url}/_sim/health"), "the simulator")
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the web server")
        with speaking_to(house):
            yield house
    finally:
        for process in reversed(house.processes):
            process.terminate()
        for process in house.processes:
            _end(process)


@contextmanager
def speaking_to(house: House) -> Iterator[None]:
    """Actions of this process ask the house's simulator, too, and know the house's addresses."""
    before = {name: getattr(settings.ENV, name) for name in ("stripe_api_base", "public_port")}
    settings.ENV.stripe_api_base, settings.ENV.public_port = house.provider_url, house.port
    _gateway.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings.ENV, name, value)
        _gateway.cache_clear()


def database_url() -> str:
    """The test database's address, for other processes."""
    words = connection.settings_dict
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return " ".join(f"{name}={words[key]}" for name, key in named.items() if words[key])


def answers(address: str, *, host: str = "") -> bool:
    """Whether an address answers 200."""
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            message = f"{what} did not come in time"
            raise TimeoutError(message)
        time.sleep(0.1)


def together(processes: Sequence["subprocess.Popen[str]"]) -> list[tuple[int, str, str]]:
    """Wait for processes that run at the same time; exit code, output and complaints of each."""
    said = [process.communicate(timeout=PATIENCE) for process in processes]
    return [(process.returncode, *words) for process, words in zip(processes, said, strict=True)]


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
