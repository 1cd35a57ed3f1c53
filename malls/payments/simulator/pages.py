"""The provider's own pages, for people: plain, accessible, without script. Test cards are chosen, never typed."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from malls.payments.simulator import hosted
from malls.payments.simulator.shapes import Obj, Refused

if TYPE_CHECKING:
    from malls.payments.simulator.account import Account
    from malls.payments.simulator.provider import Provider

HERE = Path(__file__).parent
SHELL = Template((HERE / "page.html").read_text())
STYLE = (HERE / "page.css").read_text()
HTML = {
    "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
}  # fmt: skip
CARDS = (
    ("4242424242424242", "정상 결제됩니다"),
    ("5555555555554444", "정상 결제됩니다"),
    ("4000000000000341", "등록되지만 결제할 때 거절됩니다"),
    ("4000002760003184", "등록되지만 결제할 때마다 본인 확인을 거쳐야 합니다"),
    ("4000000000009995", "등록이 거절됩니다: 잔액 부족"),
    ("4000000000000069", "등록이 거절됩니다: 유효기간 지남"),
)
WHY = {"insufficient_funds": "카드의 잔액이 부족합니다.", "expired_card": "카드의 유효기간이 지났습니다."}
REFUSED = "카드사가 등록을 거절했습니다."


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a browser."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))

    @property
    def location(self) -> str:
        """Where a browser goes on."""
        return self.headers.get("Location", "")


def answer(provider: "Provider", method: str, target: str, form: str = "") -> Page:
    """The page at an address, or what its form leads to."""
    parts, sent = urlsplit(target), dict(parse_qsl(form))
    name, _, thing_id = parts.path.removeprefix("/pages/").partition("/")
    if name == "page.css":
        return Page(200, STYLE, {"Content-Type": "text/css; charset=utf-8"})
    query = dict(parse_qsl(parts.query))
    if name == "billing-auth":
        return _billing(provider, method, query, sent)
    found = _find(provider, {"card": "checkout.session", "confirm": "payment_intent"}.get(name, ""), thing_id)
    if found is None:
        return Page(404, _shell("찾을 수 없는 화면입니다", "주소를 다시 확인해 주십시오."))
    account, thing = found
    with account.lock:
        page = _card(account, thing, method, sent) if name == "card" else _confirm(account, thing, method, sent)
        provider.commit(account)
    return page


def _find(provider: "Provider", kind: str, thing_id: str) -> "tuple[Account, Obj] | None":
    rows = ((one, one.all(kind).get(thing_id)) for one in list(provider.accounts.values()) if kind)
    return next(((account, thing) for account, thing in rows if thing), None)


def _card(account: "Account", session: Obj, method: str, sent: dict[str, str]) -> Page:
    if method != "POST":
        return Page(200, _choice())
    if sent.get("do") == "no":
        return _go(str(session["cancel_url"] or session["success_url"]))
    try:
        return _go(hosted.save_card(account, session, sent.get("number", "")))
    except Refused as refused:
        return Page(402, _choice(refused))


def _billing(provider: "Provider", method: str, asked: dict[str, str], sent: dict[str, str]) -> Page:
    known = {"clientKey", "customerKey", "successUrl", "failUrl"} <= set(asked)
    safe = known and all(asked[name].startswith(("http://", "https://")) for name in ("successUrl", "failUrl"))
    if not safe or not asked["clientKey"].startswith("test_ck_"):
        return Page(400, _shell("열 수 없는 화면입니다", "장터로 돌아가 다시 시도해 주십시오."))
    if method != "POST":
        return Page(200, _choice())
    if sent.get("do") == "no":
        return _go(hosted.give_up(asked))
    account = provider.account("test_sk_" + asked["clientKey"].removeprefix("test_ck_"))
    with account.lock:
        try:
            page = _go(hosted.authorize(account, asked, sent.get("number", "")))
        except Refused as refused:
            page = Page(402, _choice(refused))
        provider.commit(account)
    return page


def _confirm(account: "Account", intent: Obj, method: str, sent: dict[str, str]) -> Page:
    if method == "POST":
        return _go(hosted.decide(account, intent, agrees=sent.get("do") == "yes"))
    lead = f"{escape(str(intent['description'] or ''))} 주문의 {intent['amount']:,}원을 결제하는 데 동의하십니까?"
    return Page(200, _shell("본인 확인", lead, yes="동의하고 결제", no="동의하지 않음"))


def _go(url: str) -> Page:
    return Page(303, "", {"Location": url, "Cache-Control": "no-store"})


def _choice(refused: Refused | None = None) -> str:
    words = WHY.get(str(refused.error.get("decline_code")), REFUSED) if refused else ""
    cards = "".join(
        f'<label><input type="radio" name="number" value="{number}" required{" checked" if not index else ""}>'
        f'<span><span class="number">{" ".join(number[at : at + 4] for at in range(0, len(number), 4))}</span>'
        f"<small>{happens}</small></span></label>"
        for index, (number, happens) in enumerate(CARDS)
    )
    fields = f"<fieldset><legend>시험 카드</legend>{cards}</fieldset>"
    lead = "등록할 카드를 고르십시오. 카드 번호는 결제대행사에만 남고 장터에는 전해지지 않습니다."
    return _shell("카드 등록", lead, words, fields, yes="이 카드로 등록", no="돌아가기")


def _shell(title: str, lead: str, error: str = "", fields: str = "", *, yes: str = "", no: str = "") -> str:
    page = SHELL.substitute(
        title=title, lead=lead, yes=yes, no=no, fields=fields,
        error=f'<p class="error" role="alert">{error} 다른 카드를 고르거나 취소할 수 있습니다.</p>\n' if error else "",
    )  # fmt: skip
    return page if yes else page[: page.index("<form")] + page[page.index("</main>") :]
