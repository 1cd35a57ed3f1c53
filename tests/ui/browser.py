"""A real browser before Django's test client: what a page needs is fetched in the test's own transaction, then shown."""

import mimetypes
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import axe_playwright_python
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (390, 1440)
NEEDED = re.compile(r'(?:src|<link[^>]*href)="(/[^"]+)"')
PICTURE = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
AXE_FILE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
AXE_ADDRESS = "/static/axe.min.js"  # by an address the browser keeps it compiled; a text it would read on every page
AXE = """() => axe.run(document, {resultTypes: ["violations"], iframes: false, preload: false})"""

WIDE = """document.documentElement.scrollWidth > innerWidth ? ["wider than the screen", ...[...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 100)).slice(0, 5)] : []"""

# A rule and the place that breaks it, on a path: known, and not ours to mend.
Known = Callable[[str, str, str], bool]
Answer = tuple[int, dict[str, str], bytes]


class Kept:
    """Pages of one visitor with everything they need, fetched before the browser looks at them."""

    def __init__(self, client: Client, host: str, paths: Iterable[str] = (), *, pictures: bool = True) -> None:
        self.client, self.host, self.pictures = client, host, pictures
        self.answers: dict[str, Answer] = {}
        for path in paths:
            self.fetch(path)

    def fetch(self, path: str) -> bool:
        """Fetch a page with what it needs; whether it was one."""
        status, headers, body = self._get(path)
        if status != 200 or not headers.get("Content-Type", "").startswith("text/html") or b"<html" not in body:
            return False
        for needed in set(NEEDED.findall(body.decode())):
            if self._matters(needed) and unquote(needed) not in self.answers:
                self._get(needed.replace("&amp;", "&"))
        return True

    def _matters(self, address: str) -> bool:
        return not address.startswith("/static/") and (self.pictures or not address.startswith(("/art/", "/media/")))

    def _get(self, path: str) -> Answer:
        response: Any = self.client.get(path, HTTP_HOST=self.host)
        body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
        found = self.answers[unquote(path)] = (response.status_code, dict(response.headers), body)
        return found


class Server(ThreadingHTTPServer):
    """Answers the browser with what was kept, and with the static files, which it may remember."""

    daemon_threads = True
    kept: Kept

    def answer(self, address: str) -> Answer:
        """The kept answer of an address."""
        parts = urlsplit(address)
        if file := _static(parts.path):
            kind = mimetypes.guess_type(parts.path)[0] or "application/octet-stream"
            return 200, {"Content-Type": kind, "Cache-Control": "max-age=3600"}, file.read_bytes()
        if not self.kept.pictures and parts.path.startswith(("/art/", "/media/")):
            return 200, {"Content-Type": "image/gif", "Cache-Control": "max-age=3600"}, PICTURE
        return self.kept.answers.get(unquote(address)) or (204, {}, b"")  # what scripts ask for later


def _static(path: str) -> Path | None:
    if path == AXE_ADDRESS:
        return AXE_FILE
    found = finders.find(unquote(path).removeprefix("/static/")) if path.startswith("/static/") else None
    return Path(str(found)) if found else None


class Handler(BaseHTTPRequestHandler):
    """One request of the browser."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer it."""
        self._send(*self.server.answer(self.path))

    def do_POST(self) -> None:
        """Take it in; no page is left for it."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(204, {}, b"")

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("set-cookie", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        """Nobody reads it."""


# The browser brings an event loop along, and under a loop Django opens another connection, outside the test's
# transaction: so it lives in a thread of its own, one for all tests of this process.
_thread = ThreadPoolExecutor(max_workers=1)
_folder = TemporaryDirectory(prefix="goeul-browser-", ignore_cleanup_errors=True)


@cache
def _server() -> Server:
    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@cache
def _browser() -> BrowserContext:
    """With a folder of its own: only then it keeps what it compiled of the scripts from page to page."""
    to_us = f"--host-resolver-rules=MAP * 127.0.0.1:{_server().server_port}"
    return (
        sync_playwright()
        .start()
        .chromium.launch_persistent_context(
            _folder.name, executable_path=CHROMIUM, args=["--no-sandbox", to_us], reduced_motion="reduce"
        )
    )


@cache
def _page(width: int) -> Page:
    page = _browser().new_page()
    page.set_viewport_size({"width": width, "height": 900})
    return page


def problems(client: Client, host: str, paths: Sequence[str], width: int) -> dict[str, list[str]]:
    """Per page what axe finds, what the console says, and whether it is wider than the screen; good pages are left out."""
    kept = Kept(client, host, paths)
    found = {path: look(kept, path, width=width).result() for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}


def look(
    kept: Kept,
    path: str,
    *,
    width: int,
    is_known: Known = lambda _path, _rule, _place: False,
) -> Future[list[str]]:
    """The same of one page, while the caller fetches the next; without what `is_known`."""
    return _thread.submit(_look, kept, path, width, is_known)


def _look(kept: Kept, path: str, width: int, is_known: Known) -> list[str]:
    _server().kept = kept
    page, said = _page(width), []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "editing-sessions" not in message.text:  # who else edits: nobody answers here
            said.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", listen)
    page.goto(f"http://{kept.host}{path}")
    page.add_script_tag(url=AXE_ADDRESS)
    found = [
        f"{one['id']}: {node['html'][:160]}"
        for one in page.evaluate(AXE)["violations"]
        for node in one["nodes"]
        if not is_known(path, one["id"], f"{node['target'][0]} {node['html']}")
    ]
    wide: list[str] = page.evaluate(WIDE)
    page.remove_listener("console", listen)
    return found + said + wide
