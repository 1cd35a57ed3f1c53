"""The HTTP skin of the simulator."""

import base64
import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from malls.payments.simulator import pages
from malls.payments.simulator.control import Control
from malls.payments.simulator.faults import AnswerLost
from malls.payments.simulator.form import read_form
from malls.payments.simulator.journal import Journal
from malls.payments.simulator.provider import Call, Provider
from malls.payments.simulator.shapes import Refused, new_id
from malls.payments.simulator.webhooks import Postman

MOST_BODY = 1_000_000


class Handler(BaseHTTPRequestHandler):
    """One connection; kept open between requests."""

    server: "Simulator"
    protocol_version = "HTTP/1.1"
    server_version = "GoeulPaymentSimulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 65_536
    timeout = 120

    def do_GET(self) -> None:
        """Read."""
        self._serve("GET")

    def do_POST(self) -> None:
        """Change."""
        self._serve("POST")

    def do_DELETE(self) -> None:
        """Remove."""
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BODY:
            self.close_connection = True
            self._reply(413, '{"error": {"type": "invalid_request_error", "message": "Too large."}}')
            return
        body = self.rfile.read(length).decode("utf-8", "replace")
        if parts.path.startswith("/pages/"):
            self._page(pages.answer(self.server.provider, method, self.path, body))
            return
        if parts.path.startswith("/_sim/"):
            self._control(method, parts.path.removeprefix("/_sim/").strip("/"), body)
            return
        params = self._params(method, body, parts.query)
        call = Call(self._key(), method, parts.path, params, self.headers.get("Idempotency-Key") or "")
        try:
            reply = self.server.provider.answer(call)
        except AnswerLost:
            self._hang_up()
            return
        self._reply(reply.status, reply.body, replayed=reply.replayed)

    def _page(self, page: pages.Page) -> None:
        """A page for people."""
        data = page.body.encode()
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _params(self, method: str, body: str, query: str) -> dict[str, Any]:
        """Parameters in the encoding that the call came in; nonsense is no parameter at all."""
        if method == "POST" and self.headers.get("Content-Type", "").startswith("application/json"):
            try:
                read = json.loads(body or "{}")
            except ValueError:
                read = None
            return read if isinstance(read, dict) else {"": body}
        return read_form(body if method == "POST" else query)

    def _key(self) -> str:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            value = base64.b64decode(value).decode().partition(":")[0]
        return value.strip()

    def _control(self, method: str, name: str, body: str) -> None:
        try:
            result: Any = self.server.control.answer(method, name, self._key(), json.loads(body or "{}"))
            status = 200
        except Refused as refused:
            status, result = refused.status, {"error": refused.error}
        except (KeyError, TypeError, ValueError) as wrong:
            status, result = 400, {"error": str(wrong)}
        self._reply(status, json.dumps(result, ensure_ascii=False))

    def _reply(self, status: int, text: str, *, replayed: bool = False) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Request-Id", new_id("req"))
        if replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the parent's name
        """Say nothing: the journal knows."""


class Simulator(ThreadingHTTPServer):
    """The whole simulator on one port of this machine."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, data: Path | None = None, host: str = "127.0.0.1", public: str = "") -> None:
        super().__init__((host, port), Handler)
        self.journal = Journal(data) if data else None
        self.provider = Provider(self.journal, public or self.address)
        for line in self.journal.lines() if self.journal else ():
            self.provider.recall(line)
        self.postman = Postman(self.provider)
        self.control = Control(self.provider, self.postman)
        self.postman.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def server_close(self) -> None:
        """Stop listening, posting and writing."""
        super().server_close()
        if hasattr(self, "postman"):
            self.postman.stop()
