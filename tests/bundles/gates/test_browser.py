"""A partner's phone in a real browser: connected, cut off, opened again offline, wiped, revoked, back on the network."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bundles.gates.actions import make_code, revoke_gate
from bundles.gates.laws import LAWS
from bundles.gates.models import Conflict, Gate, Outcome, Payer, Scan
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import PartnerMember, Redemption, Voucher, VoucherState
from core.clock import now
from core.ids import new_code
from core.laws import violations
from tests.bundles.gates.world import bought, token
from tests.bundles.world import BY, partner, voucher_type
from tests.factories.town import person
from tests.journeys.house import House, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "ko-KR", "timezone_id": "Asia/Seoul"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Begun before the database is used: its event loop gives this thread connections of its own."""
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def house(browser: Browser, scratch: Any, tmp_path: Path) -> Iterator[House]:
    with running(tmp_path) as found:
        yield found


def phone(browser: Browser) -> BrowserContext:
    return browser.new_context(**PHONE)


def connected(context: BrowserContext, house: House, where: Any, name: str) -> Page:
    """A phone without a log-in, connected by six digits."""
    page = context.new_page()
    page.goto(house.url("scratch", "/redeem/pair/"))
    page.fill("#gate-pair-code", make_code(where, by=BY, at=now()).code)
    page.fill("#gate-pair-name", name)
    page.click("#gate-pair button")
    page.wait_for_url("**/redeem/gate/")
    page.wait_for_selector("#gate[data-ready]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def scan(page: Page, text: str) -> tuple[str, str]:
    """Type a code or what a QR says; what the page shows: good or bad, and the reason."""
    page.evaluate("document.getElementById('gate-answer').hidden = true")
    page.fill("#gate-code", text)
    page.click("#gate-form button")
    page.wait_for_selector("#gate-answer:not([hidden])")
    answer = page.locator("#gate-answer")
    return (
        "good" if "is-good" in str(answer.get_attribute("class")) else "bad",
        str(answer.get_attribute("data-reason")),
    )


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the phone."""
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    return found + (["wide"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else [])


def sent(page: Page) -> None:
    expect(page.locator("#gate-rows .is-waiting")).to_have_count(0, timeout=30_000)


def test_a_phone_works_through_a_cut_and_tells_everything_later(browser, house):
    kind = voucher_type(partner(), persons=2, companion_rule="어른 1명이 함께 와야 합니다.")
    a, b, c, d = bought(kind, 4, at=now())
    theirs = bought(voucher_type(partner("강천산"), "입장권"), at=now())[0]
    context = phone(browser)
    page = connected(context, house, kind.partner, "정문")
    assert scan(page, token(a)) == ("good", "")
    assert Redemption.objects.get().scan.is_offline is False
    facts = page.inner_text("#gate-facts")
    assert "2명" in facts
    assert "18,000원권" in facts
    assert "어른 1명" in facts
    assert faults(page) == []
    assert scan(page, a.code) == ("bad", "already_redeemed")
    assert faults(page) == []

    context.set_offline(True)
    assert scan(page, token(b)) == ("good", "")
    assert scan(page, token(b)) == ("bad", "used_here")
    assert scan(page, token(a)) == ("bad", "used_here")
    assert scan(page, token(theirs)) == ("bad", "wrong_partner")
    assert scan(page, token(c)[:-4] + "AAAA") == ("bad", "bad_token")
    assert scan(page, c.code) == ("bad", "needs_network")
    assert scan(page, new_code()[:-1] + "?") == ("bad", "unreadable")
    page.reload()
    page.wait_for_selector("#gate[data-ready]")
    assert "통신 끊김" in page.inner_text("#gate-link")
    assert scan(page, token(c)) == ("good", "")
    assert page.locator("#gate-rows .is-waiting").count() == 8
    assert Redemption.objects.count() == 1

    context.set_offline(False)
    sent(page)
    assert sorted(Scan.objects.filter(let_in=True).values_list("voucher__code", flat=True)) == sorted(
        [a.code, b.code, c.code]
    )
    assert Scan.objects.filter(is_offline=True).count() == 8
    d.refresh_from_db()
    assert d.state == VoucherState.ISSUED
    assert violations([*LAWS, *VOUCHER_LAWS]) == []
    context.close()


def test_two_phones_cut_off_and_a_third_wiped(browser, house):
    kind = voucher_type(partner())
    one, other = bought(kind, 2, at=now())
    contexts = [phone(browser) for _ in range(2)]
    pages = [
        connected(context, house, kind.partner, name) for context, name in zip(contexts, ("정문", "후문"), strict=True)
    ]
    for context, page in zip(contexts, pages, strict=True):
        context.set_offline(True)
        assert scan(page, token(one)) == ("good", "")
    for context, page in zip(contexts, pages, strict=True):
        context.set_offline(False)
        sent(page)
    case = Conflict.objects.get()
    assert (case.payer, case.rule, Redemption.objects.count()) == (Payer.MUNICIPALITY, "good_faith", 1)
    assert "중복 사용" in pages[1].inner_text("#gate-rows") + pages[0].inner_text("#gate-rows")

    # A wiped store loses what was not sent, nothing else: the voucher stays usable.
    contexts[0].set_offline(True)
    scan(pages[0], token(other))
    pages[0].evaluate(
        "new Promise((done) => { const r = indexedDB.deleteDatabase('goeul-gate'); r.onsuccess = r.onblocked = done; })"
    )
    pages[0].close()
    contexts[0].set_offline(False)
    assert Voucher.objects.get(pk=other.pk).state == VoucherState.ISSUED

    # A revoked phone says so, forgets its lists and keeps what waits, until it is connected again.
    contexts[1].set_offline(True)
    assert scan(pages[1], token(other)) == ("good", "")
    revoke_gate(Gate.objects.get(name="후문").pk, by=BY, at=now())
    contexts[1].set_offline(False)
    pages[1].wait_for_selector("#gate-lost:not([hidden])", timeout=30_000)
    assert scan(pages[1], token(other)) == ("bad", "no_list")
    assert Redemption.objects.count() == 1
    again = connected(contexts[1], house, kind.partner, "후문 새로")
    sent(again)
    assert Redemption.objects.count() == 2
    assert Scan.objects.filter(outcome=Outcome.HONORED, gate__name="후문 새로").count() == 1
    assert violations([*LAWS, *VOUCHER_LAWS]) == []
    for context in contexts:
        context.close()


def test_an_answer_lost_on_its_way_is_settled_by_the_same_scan(browser, house):
    kind = voucher_type(partner())
    (one,) = bought(kind, at=now())
    context = phone(browser)
    page = connected(context, house, kind.partner, "정문")
    page.evaluate(LOSE_ONE_ANSWER)
    assert scan(page, token(one)) == ("good", "")
    sent(page)
    assert page.evaluate("window.lost") == [200]
    assert (Redemption.objects.count(), Scan.objects.count(), Conflict.objects.count()) == (1, 1, 0)
    assert violations([*LAWS, *VOUCHER_LAWS]) == []
    context.close()


def test_one_tap_of_a_logged_in_person_and_a_token_checked_in_time(browser, house):
    kind = voucher_type(partner())
    vouchers = bought(kind, 30, at=now())
    for one in vouchers[:20]:
        redeem_voucher(one.code, kind.partner_id, by=BY, at=now(), nonce=one.code)
    member = person("gate", "SCRATCH")
    PartnerMember.objects.create(partner=kind.partner, user=member)
    context = phone(browser)
    page = context.new_page()
    page.goto(house.url("scratch", "/login/?next=/redeem/"))
    page.fill("input[name=email], input[name=username]", member.email)
    page.fill("input[name=password]", "pw")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/redeem/")
    page.fill("#gate-pair-name", "매표소")
    page.click("#gate-pair button")
    page.wait_for_url("**/redeem/gate/")
    assert Gate.objects.get().name == "매표소"
    page.wait_for_selector("#gate[data-ready]")
    milliseconds = page.evaluate(MEASURE, json.dumps([token(one) for one in vouchers[20:]]))
    assert sorted(milliseconds)[len(milliseconds) // 2] < 50
    page.goto(house.url("scratch", "/redeem/gates/"))
    assert "매표소" in page.inner_text("main")
    assert Gate.objects.get().listed_at > now() - timedelta(minutes=5)
    context.close()


LOSE_ONE_ANSWER = """() => {
  const real = window.fetch;
  window.lost = [];
  window.fetch = async (...call) => {
    const answer = await real(...call);
    if (!String(call[0]).includes("/redeem/scans/") || window.lost.length) return answer;
    window.lost.push(answer.status);
    throw new TypeError("the answer was lost");
  };
}"""
"""The mall gets the scan, its answer never arrives; repeated, the whole batch comes through."""

MEASURE = """async (tokens) => {
  const { readVoucher, isDead } = await import("/static/gates/seal.js");
  const { get } = await import("/static/gates/store.js");
  const list = await get("list");
  const took = [];
  for (const token of JSON.parse(tokens)) {
    const start = performance.now();
    const voucher = await readVoucher(token, list);
    if (voucher.fault || (await isDead(voucher.code, list))) throw new Error("not good");
    took.push(performance.now() - start);
  }
  return took;
}"""
