"""Web servers to measure, on loopback, and the load that measures them (wrk)."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

SECONDS = 5
CONNECTIONS = 8
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What a load showed: requests per second and the 95th percentile in milliseconds."""

    rps: float
    p95: float
    errors: int


@contextmanager
def serving(application: str, port: int, **extra: str) -> Iterator[None]:
    """A granian WSGI server with two workers, ready."""
    command = [Path(sys.executable).parent / "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2",
               "--blocking-threads", "2", "--no-ws", application]  # fmt: skip
    process = subprocess.Popen(
        command, env={**os.environ, **extra}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)


def load(port: int, path: str, *, hosts: list[str], cookie: str = "", seconds: int = SECONDS) -> Load:
    """Ask for a path on the hosts in turn; `{n}` in it counts up, and every load counts on from a number of its own."""
    script = settings.ENV.data_dir / "load.lua"
    script.write_text(_lua(path, hosts, cookie))
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"P95 ([\d.]+)", said)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    rps = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return Load(float(rps[1]) if rps else 0.0, float(found[1]) / 1000 if found else 0.0, int(bad[1]) if bad else 0)


def _lua(path: str, hosts: list[str], cookie: str) -> str:
    names = ", ".join(f'"{host}"' for host in hosts)
    extra = f'wrk.headers["Cookie"] = "{cookie}"' if cookie else ""
    return f"""
local hosts = {{{names}}}
local turn = 0
local asked = {time.time_ns() // 1_000_000 % 10**9}
{extra}
wrk.headers["Accept-Encoding"] = "gzip"
request = function()
  turn = turn % #hosts + 1
  asked = asked + 1
  wrk.headers["Host"] = hosts[turn]
  local address = string.gsub("{path}", "{{n}}", asked)
  return wrk.format("GET", address)
end
done = function(summary, latency) io.write(string.format("P95 %f\\n", latency:percentile(95))) end
"""


def database_url() -> str:
    """The address of the database under measurement."""
    words = connection.settings_dict
    return f"host={words['HOST']} port={words['PORT'] or 5432} user={words['USER']} dbname={words['NAME']}"
