"""A month from open to paid, by three people with three log-ins, and what they take away."""

import base64
import io

from openpyxl import load_workbook
from pypdf import PdfReader

from tests.journeys.people import Someone, message

DESK = "/cms/settlement/periods"
FETCH = """async (address) => {
    const answer = await fetch(address);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const text = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
    return [answer.status, answer.headers.get("content-type"), btoa(text)];
}"""


def act(who: Someone, key: str, name: str) -> None:
    """Press what the period's page offers, and confirm."""
    who.go(f"{DESK}/{key}/")
    who.link(name)
    who.press(who.page.locator("main form button[type=submit]"))
    said = message(who)
    assert name in said, said


def offers(who: Someone, key: str) -> str:
    """What a period's page offers to somebody."""
    who.go(f"{DESK}/{key}/")
    return who.page.locator(".settle-acts").first.inner_text()


def pay(payer: Someone, key: str) -> "list[tuple[object, ...]]":
    """Draw up the bank's file, take it, send it, record it as paid; the file's rows, read again."""
    act(payer, key, "은행 파일 만들기")
    payer.go(f"{DESK}/{key}/")
    with payer.page.expect_download() as taken:
        payer.page.get_by_role("link", name="파일 내려받기").click()
    rows = list(load_workbook(io.BytesIO(taken.value.path().read_bytes())).active.iter_rows(values_only=True))
    act(payer, key, "은행 전송 기록")
    act(payer, key, "지급 완료 기록")
    return rows


def read_paper(who: Someone, number: str) -> str:
    """A statement's PDF as text, without spaces; fetched by the browser, which knows the hosts."""
    status, kind, body = who.page.evaluate(FETCH, f"/cms/settlement/statements/{number}/files/pdf/")
    assert (status, kind) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(base64.b64decode(body))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def read_lines(who: Someone, key: str) -> set[str]:
    """Every cell of the period's workbook."""
    who.go(f"{DESK}/{key}/")
    with who.page.expect_download() as taken:
        who.page.get_by_role("link", name="xlsx").click()
    book = load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    return {
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    }
