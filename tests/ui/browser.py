"""A real browser before Django's test client: what a page needs is fetched in the test's own transaction, then shown."""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (390, 1440)
NEEDED = re.compile(r'(?:src|<link[^>]*href)="(/[^"]+)"')


class Kept:
    """Pages of one mall with everything they need, fetched before the browser starts: it brings an event loop along,
    and under a loop Django would open another connection, outside the test's transaction."""

    def __init__(self, client: Client, host: str, paths: Iterable[str]) -> None:
        self.client, self.host = client, host
        self.answers: dict[str, Any] = {}
        for path in paths:
            html = self._get(path).decode()
            for needed in set(NEEDED.findall(html)):
                if not needed.startswith("/static/") and unquote(needed) not in self.answers:
                    self._get(needed.replace("&amp;", "&"))

    def _get(self, path: str) -> bytes:
        response: Any = self.client.get(path, HTTP_HOST=self.host)
        body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
        self.answers[unquote(path)] = (response.status_code, dict(response.headers), body)
        return body

    def answer(self, route: Route) -> None:
        """Answer the browser."""
        parts = urlsplit(route.request.url)
        path = unquote(parts.path + (f"?{parts.query}" if parts.query else ""))
        if path.startswith("/static/"):
            file = finders.find(unquote(parts.path).removeprefix("/static/"))
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(status=200, body=Path(str(file)).read_bytes(), content_type=kind)
        elif path in self.answers and parts.hostname == self.host:
            status, headers, body = self.answers[path]
            route.fulfill(status=status, headers=headers, body=body)
        else:
            route.abort()


def problems(client: Client, host: str, paths: Sequence[str], width: int) -> dict[str, list[str]]:
    """Per page what axe finds, what the console says, and whether it is wider than the screen; good pages are left out."""
    kept = Kept(client, host, paths)
    found: dict[str, list[str]] = {path: [] for path in paths}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.route("**/*", kept.answer)
        for path in paths:
            found[path] = _look(page, f"http://{host}{path}")
        browser.close()
    return {path: wrong for path, wrong in found.items() if wrong}


def _look(page: Page, address: str) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address)
    found = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + said + (["wider than the screen"] if wide else [])
