"""Somebody with a browser: a context of their own, what they press, and what went wrong in front of them."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.journeys.house import House

PASSWORD = "pw"
PATIENCE = 45_000  # ms
PHONE, DESK = 390, 1440


@dataclass
class Someone:
    """One person at one mall."""

    page: Page
    slug: str
    presses: int = 0
    wrong: list[str] = field(default_factory=list)
    """Pages that failed and scripts that complained."""

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    def press(self, found: Locator) -> None:
        """Click, and wait for what follows."""
        self.presses += 1
        found.first.click()
        self.page.wait_for_load_state()

    def button(self, name: str) -> None:
        """Press a button."""
        self.press(self.page.get_by_role("button", name=name))

    def link(self, name: str, *, exact: bool = False) -> None:
        """Follow a link."""
        self.press(self.page.get_by_role("link", name=name, exact=exact))

    def write(self, **words: str) -> None:
        """Fill fields by their names."""
        for name, word in words.items():
            self.page.locator(f"[name={name}]").fill(word)

    def sees(self, *words: str) -> None:
        """The page shows these words."""
        text = self.text
        for word in words:
            assert word in text, f"{word!r} is not on {self.page.url}: {text[:1500]}"

    @property
    def text(self) -> str:
        """What the page shows."""
        return self.page.locator("body").inner_text()

    def leave(self) -> None:
        """Close the browser; nothing went wrong meanwhile."""
        self.page.context.close()
        assert self.wrong == []


def someone(browser: Browser, house: House, slug: str, width: int = DESK) -> Someone:
    """A new visitor with an empty browser."""
    context = browser.new_context(
        base_url=house.url(slug),
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        bypass_csp=True,
        viewport={"width": width, "height": 900},
    )
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(PATIENCE)
    found = Someone(context.new_page(), slug)
    listen(context, found.wrong)
    return found


def listen(context: BrowserContext, wrong: list[str]) -> None:
    """Write down failing pages and complaints of scripts."""
    context.on("response", lambda one: wrong.append(f"{one.status} {one.url}") if one.status >= 500 else None)
    context.on("weberror", lambda one: wrong.append(str(one.error)))


def officer(browser: Browser, house: House, slug: str, name: str) -> Someone:
    """A member of staff, logged in to the CMS."""
    found = someone(browser, house, slug)
    found.go("/cms/login/")
    found.page.get_by_label("이메일").fill(f"{name}@{slug}.example")
    found.page.locator("input[type=password]").fill(PASSWORD)
    found.press(found.page.locator("form button[type=submit]"))
    found.page.wait_for_url("**/cms/")
    return found


def log_in(who: Someone, email: str) -> None:
    """Fill the log-in page that one was sent to."""
    who.write(email=email, password=PASSWORD)
    who.button("로그인")


def message(who: Someone) -> str:
    """What the CMS says after something was done."""
    box: Any = who.page.locator(".messages li").first
    box.wait_for()
    return str(box.inner_text()).strip()
