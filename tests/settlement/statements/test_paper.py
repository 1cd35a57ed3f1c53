import io
import time

import pytest
from django.template import engines
from pypdf import PdfReader

from core.documents import render_pdf
from settlement.statements.actions import close_period
from settlement.statements.actions.rendering import render_missing, render_statement
from settlement.statements.models import Statement
from settlement.statements.paper import STYLESHEET, check_address, groups_of, rates_of, steps_of
from settlement.statements.tasks import render_statements
from tests.settlement.people import MAKER, NOVEMBER_FIRST, draft, earn, payee


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def read(statement) -> bytes:
    with statement.pdf.open("rb") as file:
        return file.read()


def closed(*drafts):
    earn(*drafts)
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    return Statement.objects.get(payee__ref="merchant:1")


def test_the_steps_explain_the_number(sunchang):
    payee()
    statement = closed(draft("a", 20_000, discount_merchant=1_000), draft("b", 3_000, kind="shipping"))
    steps = steps_of(statement, rates_of(statement))
    assert [(step.mark, step.amount) for step in steps] == [
        ("", 20_000), ("−", 1_000), ("=", 19_000), ("−", 864), ("−", 86), ("+", 3_000), ("=", 21_050), ("=", 21_050),
    ]  # fmt: skip
    assert sorted(group.payable for group in groups_of(statement)) == [3_000, 18_050]


def test_the_paper_says_who_gets_what_and_is_kept(sunchang, mall):
    payee(name="데모 순창 장류 영농조합")
    statement = render_statement(closed(draft("a", 123_456, group="가을 꾸러미")))
    pdf = read(statement)
    text = text_of(pdf)
    for words in ("데모 순창 장류 영농조합", "220-81-62517", "117,283", statement.number, "6781", "순창군", "1 / 2"):
        assert words in text
    assert "302012345" not in text
    assert (PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"], len(pdf) < 80_000) == ("ko", True)
    again = render_statement(statement)
    assert (again.pdf.name, read(again)) == (statement.pdf.name, pdf)
    assert render_statements(schema="sunchang") == 0


def test_hostile_words_stay_words(sunchang):
    payee(name="<script>alert(1)</script>" + "가" * 95)
    hostile = "<img src='file:///etc/passwd'><iframe src='http://127.0.0.1:1/'>\u202e{{ settings.SECRET_KEY }}"
    statement = render_statement(closed(draft("a", description=hostile)))
    text = text_of(read(statement)).replace("\n", "")
    assert "<script>" in text
    assert "root:" not in text


def test_only_data_addresses_are_fetched(sunchang, tmp_path, settings, caplog):
    page = (
        "<html lang=ko><title>t</title><body><img src='file:///etc/hostname'><img src='http://127.0.0.1:9/x'>"
        "<img src='goeul-font:../../../etc/passwd'><link rel=stylesheet href='file:///etc/passwd'><p>남은 글</p></body></html>"
    )
    (tmp_path / "x.html").write_text(page)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    engines._templates = None
    before = time.monotonic()
    pdf = render_pdf("x.html", {}, stylesheet=STYLESHEET)
    assert time.monotonic() - before < 5
    assert "남은 글" in text_of(pdf)
    assert not PdfReader(io.BytesIO(pdf)).pages[0].images


def test_one_that_cannot_be_rendered_stops_no_other(sunchang, monkeypatch):
    payee()
    payee("merchant:2", name="데모 나")
    closed(draft("a"), draft("b", ref="merchant:2"))
    monkeypatch.setattr("settlement.statements.actions.rendering.render_pdf", broken_once())
    assert len(list(render_missing())) == 1
    assert len(list(render_missing())) == 1
    assert Statement.objects.without_pdf().count() == 0


def broken_once():
    calls = []

    def render(*_, **__):
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("font missing")
        return b"%PDF"

    return render


@pytest.mark.slow
def test_three_thousand_lines_are_added_up_on_paper(sunchang):
    payee()
    statement = closed(*[draft(f"l:{n}", 10_000 + n % 7, description=f"상품 {n % 40}") for n in range(3_000)])
    before = time.monotonic()
    pdf = read(render_statement(statement))
    assert time.monotonic() - before < 60
    assert "3,000" in text_of(pdf)


def test_the_check_page_confirms_only_to_who_holds_the_paper(mall):
    payee()
    statement = closed(draft("a"))
    address = check_address(statement)
    path = address[address.index("/statements") :]
    genuine = mall.get(path)
    assert genuine.status_code == 200
    assert "9,500원" in genuine.content.decode()
    for wrong in (
        f"/statements/check/{statement.number}/?h={'0' * 16}",
        f"/statements/check/2099-01-0001/?h={'0' * 16}",
    ):
        response = mall.get(wrong)
        assert (response.status_code, "9,500" in response.content.decode()) == (404, False)
    short = mall.get(f"/statements/check/{statement.number}/?h={statement.content_hash[:4]}")
    assert (short.status_code, "9,500" in short.content.decode()) == (404, False)
    bare = mall.get(f"/statements/check/{statement.number}/")
    assert (bare.status_code, "9,500" in bare.content.decode()) == (200, False)


def test_another_municipality_confirms_nothing(mall, other_mall):
    payee()
    statement = closed(draft("a"))
    path = f"/statements/check/{statement.number}/?h={statement.content_hash}"
    assert (mall.get(path).status_code, other_mall.get(path).status_code) == (200, 404)
