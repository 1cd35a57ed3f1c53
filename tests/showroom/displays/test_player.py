"""The player in a real browser: pairing, playing on without network, cold start without network, withdrawal."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from core.actor import SYSTEM
from core.clock import now
from showroom.displays.actions import Spot, pair_display, retire_display
from showroom.displays.models import Display, DisplayState, PlayCount
from showroom.displays.queries import glasses
from showroom.playlists.models import Playlist
from tests.showroom.world import a_bundle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECONDS = 5
PATIENCE = 20_000
SCENES = [
    ("bundles", {"how_many": 3, "seconds": SECONDS}),
    ("message", {"title": "장이 익는 고장", "line": "물이 맑고 안개가 잦아요", "seconds": SECONDS, "subject": ""}),
]
NO_BLANK = """() => {
    const stage = document.querySelector('#stage');
    const shown = stage.querySelector('.layer--front .say')?.textContent || stage.querySelector('.fallback').textContent;
    return shown.trim().length > 0;
}"""
OLDER = """async (hours) => {
    const open = indexedDB.open('goeul-showroom', 1);
    const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const kept = database.transaction('kept', 'readwrite').objectStore('kept');
    const current = await new Promise((done) => { kept.get('current').onsuccess = (e) => done(e.target.result); });
    await new Promise((done) => {
        kept.put({...current, confirmedAt: current.confirmedAt - hours * 3600000}, 'current').onsuccess = done;
    });
    database.close();
}"""


class Server(LiveServerThread):
    """May take the port again that it left a moment ago."""

    def _create_server(self, connections_override: Any = None) -> Any:
        del connections_override
        return self.server_class((self.host, self.port), QuietWSGIRequestHandler, allow_reuse_address=True)


class Mall:
    """The server of the mall, which can be cut off and come back on the same port."""

    def __init__(self) -> None:
        self.port = 0
        self.thread: Any = None

    def up(self) -> None:
        self.thread = Server("127.0.0.1", StaticFilesHandler, port=self.port)
        self.thread.daemon = True
        self.thread.start()
        self.thread.is_ready.wait()
        if self.thread.error:
            raise self.thread.error
        self.port = self.thread.port

    def cut(self) -> None:
        self.thread.terminate()

    def url(self, path: str) -> str:
        return f"http://scratch.localhost:{self.port}{path}"


@pytest.fixture
def driver() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture
def server(driver: Playwright, scratch: Any) -> Iterator[Mall]:
    """The driver comes first: its event loop gives this thread database connections of its own."""
    mall = Mall()
    mall.up()
    yield mall
    mall.cut()


@pytest.fixture
def screen(driver: Playwright, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """Switches the device on: the browser with what it kept on its disk."""
    running: list[BrowserContext] = []

    def switch_on() -> BrowserContext:
        for context in running:
            context.close()
        running[:] = [
            driver.chromium.launch_persistent_context(
                str(tmp_path / "device"), executable_path="/usr/bin/chromium", args=["--no-sandbox"],
                viewport={"width": 1920, "height": 1080},
            )
        ]  # fmt: skip
        return running[0]

    yield switch_on
    for context in running:
        context.close()


def shown(page: Page) -> str | None:
    return page.locator("#stage").get_attribute("data-scene")


def next_scene(page: Page) -> None:
    """Wait until another scene is on the glass; it is never blank meanwhile."""
    before = shown(page)
    page.wait_for_function(
        "(before) => document.querySelector('#stage').dataset.scene !== before", arg=before, timeout=PATIENCE
    )
    assert page.evaluate(NO_BLANK)


def pair(page: Page, mall: Mall) -> Display:
    page.goto(mall.url("/showroom/player/"))
    page.wait_for_url("**/showroom/pair/")
    expect(page.locator("#digits")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    code = page.locator("#digits").inner_text().replace(" ", "")
    return pair_display(code, Spot("민원실"), by=SYSTEM, at=now())


def is_true(display: Display) -> bool:
    found = Display.objects.get(pk=display.pk)
    return found.state == DisplayState.ONLINE and glasses([found], at=now())[0].is_true


def until(page: Page, holds: Callable[[], bool], seconds: int = 20) -> None:
    for _half in range(seconds * 2):
        if holds():
            return
        page.wait_for_timeout(500)
    message = "it never came true"
    raise AssertionError(message)


def test_a_screen_lives_through_a_cut_network(server: Mall, screen: Any) -> None:
    for number in range(3):
        a_bundle(f"box-{number}", f"상자 {number}")
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = SCENES
    playlist.save()
    page = screen().new_page()
    display = pair(page, server)

    page.wait_for_selector("#stage[data-kind=bundle]", timeout=PATIENCE)
    expect(page.locator(".layer--front .price b")).to_have_text("43,900원")
    until(page, lambda: is_true(display))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    server.cut()
    for _scene in range(5):
        next_scene(page)

    page = screen().new_page()  # the plug was pulled: a cold start without network
    page.goto(server.url("/showroom/player/"))
    page.wait_for_selector("#stage[data-kind=bundle]", timeout=PATIENCE)
    assert page.locator("#stage").get_attribute("data-fresh") == "true"
    next_scene(page)

    page.evaluate(OLDER, 3)
    page.reload()
    page.wait_for_selector("#stage[data-kind=bundle]", timeout=PATIENCE)
    expect(page.locator(".layer--front .price--hidden")).to_have_count(1)
    expect(page.locator(".layer--front .price b")).to_have_count(0)

    server.up()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#stage[data-fresh=true]", timeout=PATIENCE)
    until(page, lambda: PlayCount.objects.filter(display=display).exists())

    retire_display(display.pk, by=SYSTEM, at=now())
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/showroom/pair/", timeout=45_000)
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("localStorage.length") == 0
