"""How the Korean adapter reaches its provider: over HTTPS, or in this process for tests and simulations."""

import base64
import json
from typing import Any, Protocol
from urllib.parse import urlencode

import urllib3

from malls.payments.simulator.faults import AnswerLost
from malls.payments.simulator.provider import Call, Provider

Wire = Any
TIMEOUT_SECONDS = 20.0


class LineLost(Exception):  # noqa: N818  a fact about the wire
    """No answer came, or one that makes no sense."""


class Line(Protocol):
    """One account's way to the provider."""

    def ask(self, method: str, path: str, values: dict[str, Any], key: str) -> tuple[int, Wire]:
        """Status and body of an answer; raises LineLost."""


class HttpLine:
    """JSON over HTTP with kept connections. Never asks twice by itself."""

    def __init__(self, secret_key: str, base: str, threads: int) -> None:
        self.base = base.rstrip("/")
        token = base64.b64encode(f"{secret_key}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=threads, retries=False, timeout=TIMEOUT_SECONDS)

    def ask(self, method: str, path: str, values: dict[str, Any], key: str) -> tuple[int, Wire]:
        """Send, and read the JSON that comes back."""
        is_read = method == "GET"
        url = f"{self.base}{path}" + (f"?{urlencode(values)}" if is_read and values else "")
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        body = None if is_read else json.dumps(values, ensure_ascii=False).encode()
        try:
            answer = self._pool.request(method, url, body=body, headers=headers)
            return answer.status, json.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise LineLost(type(error).__name__) from error


class InProcessLine:
    """The same calls judged by a provider in this process."""

    def __init__(self, secret_key: str, provider: Provider) -> None:
        self.secret_key, self.provider = secret_key, provider

    def ask(self, method: str, path: str, values: dict[str, Any], key: str) -> tuple[int, Wire]:
        """What the provider answers."""
        try:
            reply = self.provider.answer(Call(self.secret_key, method, path, values, key))
        except AnswerLost as lost:
            raise LineLost("AnswerLost") from lost
        return reply.status, json.loads(reply.body)
