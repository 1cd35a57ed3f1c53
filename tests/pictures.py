"""Takes the pictures of the documentation from a demo that runs: `python -m tests.pictures [--port 8000] [name …]`.

It looks only, except that the display's picture pairs a screen. The statement's picture needs pdftoppm (poppler-utils).
"""

import argparse
import base64
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).parents[1] / "docs" / "pictures"
PASSWORD = "goeul-demo"
TOWN = "sunchang"
DESK, PHONE, GLASS = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}, {"width": 1920, "height": 1080}
FETCH = """async (address) => {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}"""
CODE = re.compile(r"\d{3}\s?\d{3}")


class Camera:
    """A browser in front of the demo."""

    def __init__(self, browser: Browser, port: int, out: Path) -> None:
        self.browser, self.port, self.out = browser, port, out

    def page(self, address: str = "/", *, size: dict[str, int] | None = None, host: str = f"{TOWN}.localhost") -> Page:
        """A fresh visitor's page."""
        size = size or DESK
        context = self.browser.new_context(
            viewport=size, locale="ko-KR", bypass_csp=True, device_scale_factor=2 if size is PHONE else 1
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"http://{host}:{self.port}{address}")
        return page

    def staff(self, who: str) -> Page:
        """The CMS as one of the staff."""
        page = self.page("/cms/login/")
        page.fill("input[name=username]", f"{who}@{TOWN}.example")
        return self._enter(page)

    def person(self, who: str, *, size: dict[str, int] | None = None) -> Page:
        """The mall as someone with an account."""
        page = self.page("/login/", size=size)
        page.locator("input[type=email], input[name=username], input[name=email]").first.fill(f"{who}@{TOWN}.example")
        return self._enter(page)

    def operator(self) -> Page:
        """The console as the operator."""
        page = self.page("/console/login/", host="localhost")
        page.fill("input[name=username]", "operator@goeul.example")
        return self._enter(page)

    def _enter(self, page: Page) -> Page:
        page.fill("input[name=password]", PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_load_state("networkidle")
        return page


def shot(camera: Camera, page: Page, name: str, address: str = "") -> None:
    """Go where it is seen and take it, once everything has arrived."""
    if address:
        page.goto(address if address.startswith("http") else re.sub(r"(https?://[^/]+).*", rf"\1{address}", page.url))
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(600)
    page.screenshot(path=str(camera.out / f"{name}.png"))


def bundle(camera: Camera) -> None:
    page = camera.page("/subscriptions/")
    href = page.locator("a[href^='/bundles/']").first.get_attribute("href")
    shot(camera, page, "bundle", href or "/subscriptions/")


def period(camera: Camera) -> None:
    """The last closed month."""
    page = camera.staff("approver")
    page.goto(f"http://{TOWN}.localhost:{camera.port}/cms/settlement/")
    links = page.locator("a[href*='/cms/settlement/periods/']")
    shot(camera, page, "cms-settlement", str(links.nth(1 if links.count() > 1 else 0).get_attribute("href")))


def statement(camera: Camera) -> None:
    """The first page of a closed period's largest statement."""
    page = camera.staff("finance")
    page.goto(f"http://{TOWN}.localhost:{camera.port}/cms/settlement/")
    periods = page.locator("a[href*='/cms/settlement/periods/']")
    hrefs = [str(one.get_attribute("href")) for one in periods.all()]
    for href in hrefs:
        page.goto(f"http://{TOWN}.localhost:{camera.port}{href}")
        link = page.locator("a[href*='/cms/settlement/statements/']").first
        if link.count():
            number = str(link.get_attribute("href")).rstrip("/").rsplit("/", 1)[-1]
            return _print(
                camera, page, f"http://{TOWN}.localhost:{camera.port}/cms/settlement/statements/{number}/files/pdf/"
            )
    raise SystemExit("no closed period has a statement")


def _print(camera: Camera, page: Page, address: str) -> None:
    paper_text = page.evaluate(FETCH, address)
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / "statement.pdf"
        paper.write_bytes(base64.b64decode(paper_text))
        subprocess.run(
            [shutil.which("pdftoppm") or "pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile",
             str(paper), str(camera.out / "statement")],
            check=True,
        )  # fmt: skip


def display(camera: Camera) -> None:
    """Pairs a screen as the showroom's staff do, and waits for its first scene."""
    glass = camera.page("/showroom/player/", size=GLASS)
    glass.wait_for_function("/\\d{3}\\s?\\d{3}/.test(document.body.innerText)")
    found = CODE.search(glass.inner_text("body"))
    desk = camera.staff("showroom")
    desk.goto(f"http://{TOWN}.localhost:{camera.port}/cms/displays/new/")
    desk.fill("input[name=code]", re.sub(r"\s", "", found[0]) if found else "")
    desk.fill("input[name=name]", "본관 1층 로비 (데모)")
    desk.locator("form button[type=submit]").last.click()
    glass.wait_for_function(f"!document.body.innerText.includes('{found[0] if found else ''}')")
    glass.wait_for_timeout(4_000)
    shot(camera, glass, "display")


PICTURES: dict[str, Callable[[Camera], None]] = {
    "home": lambda camera: shot(camera, camera.page("/"), "home"),
    "category": lambda camera: shot(camera, camera.page("/subscriptions/"), "category"),
    "bundle": bundle,
    "my": lambda camera: shot(camera, camera.person("resident1"), "my", "/my/"),
    "cms": lambda camera: shot(camera, camera.staff("manager"), "cms", "/cms/"),
    "cms-onboarding": lambda camera: shot(camera, camera.staff("merchants"), "cms-onboarding", "/cms/onboarding/"),
    "cms-bundles": lambda camera: shot(camera, camera.staff("bundles"), "cms-bundles", "/cms/snippets/plans/edition/"),
    "cms-settlement": period,
    "statement": statement,
    "merchant": lambda camera: shot(camera, camera.person("merchant1", size=PHONE), "merchant", "/merchant/products/"),
    "redeem": lambda camera: shot(camera, camera.person("partner1", size=PHONE), "redeem", "/redeem/"),
    "console": lambda camera: shot(camera, camera.operator(), "console", "/console/"),
    "display": display,
}


def main() -> None:
    """Take all of them, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("names", nargs="*", metavar="name")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        camera = Camera(browser, wanted.port, wanted.out)
        for name in wanted.names or PICTURES:
            sys.stdout.write(f"{name}\n")
            PICTURES[name](camera)
        browser.close()


if __name__ == "__main__":
    main()
