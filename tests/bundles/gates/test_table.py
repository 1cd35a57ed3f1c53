"""docs/rules/offline-redemption.md, row by row: the device's answers in a browser, the mall's outcomes here."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, sync_playwright

from bundles.gates.models import Cause, Conflict, Outcome
from bundles.gates.rules import SecondUse, ruling
from bundles.vouchers.actions import expire_vouchers, redeem_voucher
from bundles.vouchers.models import Voucher, VoucherState
from core.ids import new_code
from tests.bundles.gates.world import bought, gate, hand_in, ms, token, told
from tests.bundles.world import BY, NOON, partner, voucher_type

ROOT = Path(__file__).parents[3]
HOUR = 3_600_000
AT = ms(NOON)  # Monday 2026-11-23 12:00 in Korea


def table(heading: str, first: str) -> list[list[str]]:
    """The rows of the table under a heading whose header begins with `first`."""
    part = (ROOT / "docs/rules/offline-redemption.md").read_text().split(f"## {heading}")[1].split("\n## ")[0]
    blocks = [block.splitlines() for block in part.split("\n\n") if block.startswith("|")]
    tables = [[[cell.strip() for cell in line.strip("|").split("|")] for line in block] for block in blocks]
    return next(rows[2:] for rows in tables if rows[0][0] == first)


# ── The device ──────────────────────────────────────────────────────────────────────────────────────────────────────
TERMS: dict[str, Any] = {
    "name": "고추장 담그기", "face": 18_000, "kind": "experience", "persons": 1, "check": [], "named": False, "from": "",
    "weekdays": [1, 2, 3, 4, 5, 6, 7], "opens": None, "closes": None, "closed_on": [],
}  # fmt: skip
SIGNED = {"code": "GOOD", "type": "1", "lastDay": "20261231", "isSigned": True, "isDead": False}
VOUCHERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "QR": (SIGNED, {}),
    "typed": ({"code": "GOOD", "isSigned": False, "isDead": False}, {}),
    "typed, with a slip of the finger": ({"fault": "unreadable"}, {}),
    "QR, signed elsewhere": ({"fault": "bad_token"}, {}),
    "QR, printed without its type": ({**SIGNED, "type": None}, {}),
    "QR, of another partner": ({**SIGNED, "type": "2"}, {}),
    "QR, on the list of ended ones": ({**SIGNED, "isDead": True}, {}),
    "QR, past its last day": ({**SIGNED, "lastDay": "20261122"}, {}),
    "QR, on its last day": ({**SIGNED, "lastDay": "20261123"}, {}),
    "QR, usable from tomorrow": (SIGNED, {"from": "20261124"}),
    "QR, on a day without use": (SIGNED, {"closed_on": ["20261123"]}),
    "QR, on another weekday": (SIGNED, {"weekdays": [2, 3, 4, 5, 6, 7]}),
    "QR, outside its hours": (SIGNED, {"opens": 540, "closes": 720}),
    "QR, of an amount": (SIGNED, {"kind": "amount"}),
}
OWN = {"–": ([], 0), "let in": (["GOOD"], 0), "cap reached": ([], 482_001), "cap not quite reached": ([], 482_000)}


def question(row: list[str]) -> dict[str, Any]:
    kind, age, own, clock, _answer = row
    voucher, changes = VOUCHERS[kind]
    made = None if age == "none" else AT - int(age.split()[0]) * HOUR
    listed = made and {
        "made_at": made, "valid_until": made + 24 * HOUR, "cap": 500_000, "slack_ms": 20 * 60_000, "types": {"1": TERMS | changes},
    }  # fmt: skip
    codes, accepted = OWN[own]
    asked = voucher if listed or "fault" in voucher or kind == "typed" else {"fault": "no_list"}
    return {"voucher": asked, "list": listed, "codes": codes, "accepted": accepted, "jumped": clock == "moved"}


ASK = """async (questions) => {
  const { refusal } = await import("/gates/decide.js");
  return JSON.parse(questions).map(({ voucher, list, codes, accepted, jumped }) =>
    refusal(voucher, list, { codes: new Set(codes), accepted }, { at: %d, hasJumped: jumped }) || "let in");
}"""


@pytest.mark.browser
def test_what_the_device_answers_by_itself():
    rows = table("What the device answers by itself", "voucher")

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith(".js"):
            body = (ROOT / "bundles/gates/static/gates" / name).read_text()
            route.fulfill(body=body, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", serve)
        page.goto("http://gate.localhost/")
        answers = page.evaluate(ASK % AT, json.dumps([question(row) for row in rows]))
        browser.close()
    assert [(row[:4], answer) for row, answer in zip(rows, answers, strict=True)] == [(row[:4], row[4]) for row in rows]
    assert len(rows) == 25


# ── The mall ────────────────────────────────────────────────────────────────────────────────────────────────────────
TOLD = {
    "asked": {"offline": False, "let_in": False},
    "let in": {"offline": True, "let_in": True},
    "not let in": {"offline": True, "let_in": False, "reason": "old_list"},
}


def prepared(state: str, mine: Voucher, theirs: Voucher) -> str:
    """Put a voucher into the state of the row; the text that is scanned."""
    if state == "unknown":
        return new_code()
    if state == "of another partner":
        return token(theirs)
    if state == "used":
        redeem_voucher(mine.code, mine.type.partner_id, by=BY, at=NOON, nonce="elsewhere")
    if state in {"expired", "expired meanwhile"}:
        expire_vouchers(at=NOON + timedelta(days=366))
    if state == "refunded meanwhile":
        mine.move(VoucherState.REFUNDED, by=BY, at=NOON)
    return token(mine)


@pytest.mark.parametrize("row", table("What the mall does with what it is told", "voucher at the mall"), ids=" · ".join)
def test_what_the_mall_does_with_what_it_is_told(sunchang, row):
    state, how, outcome, case = row
    mine = bought(voucher_type(partner()))[0]
    theirs = bought(voucher_type(partner("강천산"), "입장권"))[0]
    (scan,) = hand_in(gate(mine.type.partner), told(prepared(state, mine, theirs), **TOLD[how]))
    assert (scan.outcome, [found.cause for found in Conflict.objects.all()]) == (outcome, [] if case == "–" else [case])


@pytest.mark.parametrize(
    "row", table("What the mall does with what it is told", "the mall had answered"), ids=" · ".join
)
def test_what_becomes_of_a_lost_answer(sunchang, row):
    first, guest, outcome, state = row
    mine = bought(voucher_type(partner()))[0]
    here = gate(mine.type.partner)
    if first == "no":
        redeem_voucher(mine.code, mine.type.partner_id, by=BY, at=NOON, nonce="elsewhere")
    ask = told(token(mine), offline=False, let_in=False)
    assert hand_in(here, ask)[0].outcome == (Outcome.HONORED if first == "yes" else Outcome.REFUSED)
    (scan,) = hand_in(here, {**ask, **TOLD[guest]})
    mine.refresh_from_db()
    assert (scan.outcome, mine.state) == (outcome, state)


# ── Who pays ────────────────────────────────────────────────────────────────────────────────────────────────────────
GOOD: dict[str, Any] = {
    "cause": Cause.USED, "scanned_at": NOON, "last_day": date(2026, 12, 31), "list_made_at": NOON - timedelta(hours=1),
    "list_hours": 24, "known_since": NOON, "is_same_gate": False, "is_within_cap": True,
}  # fmt: skip
FACTS: dict[str, dict[str, Any]] = {
    "same_gate": {"is_same_gate": True},
    "no_list": {"list_made_at": None},
    "old_list": {"list_made_at": NOON - timedelta(hours=24, seconds=1)},
    "on_the_list": {"known_since": NOON - timedelta(hours=1, seconds=1)},
    "over_the_cap": {"is_within_cap": False},
    "not_its_day": {"last_day": date(2026, 11, 22)},
    "good_faith": {},
}


@pytest.mark.parametrize("row", table("Who pays for a second use", "line"), ids=lambda row: row[0])
def test_who_pays_for_a_second_use(row):
    name, _words, payer = row
    assert ruling(SecondUse(**(GOOD | FACTS[name]))) == (payer, name)


def test_every_line_comes_before_those_below_it():
    names = [row[0] for row in table("Who pays for a second use", "line")]
    assert names == list(FACTS)
    for position in range(len(names)):
        facts = {key: value for name in reversed(names[position:]) for key, value in FACTS[name].items()}
        assert ruling(SecondUse(**(GOOD | facts)))[1] == names[position]
