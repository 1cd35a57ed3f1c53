"""Wordings are filled in once and checked by name; phone messages are counted as carriers count them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import KST
from core.errors import Refusal
from malls.notices.errors import BrokenBraces, EmptyWording, MissingVariable, TooLong, UnknownVariable
from malls.notices.kinds import Form, Kind, Variable, every_kind
from malls.notices.rules import (
    BACK_OFF,
    check_wording,
    cut_to,
    example_of,
    fill,
    is_quiet,
    letter,
    next_try,
    phone_bytes,
    phone_form,
    values_of,
)

KIND = Kind(
    "trial", "시험", lambda _at: None, "resident", lambda _rows, _at: {},  # type: ignore[arg-type,return-value]
    (
        Variable("amount", "금액", 33_000, Form.WON, is_needed=True), Variable("day", "날", "2026-12-03", Form.DAY),
        Variable("link", "화면", "/my/", Form.LINK), Variable("said", "말", "말"),
    ),
    "{{amount}}", "{{name}} {{amount}} {{day}} {{link}}",
)  # fmt: skip


def address(path: str) -> str:
    return f"https://mall.example{path}"


def test_facts_are_written_out_by_their_form():
    values = values_of(KIND, [{"amount": 33_000, "day": "2026-12-03", "link": "/my/"}], "김순창", address)
    assert letter("{{amount}}", "{{name}} {{ amount }} {{day}} {{link}}{{said}}", values) == (
        "33,000원",
        "김순창 33,000원 2026년 12월 3일 (목) https://mall.example/my/",
    )


def test_what_is_put_in_is_never_read_as_a_wording_and_a_title_is_one_line():
    values = values_of(KIND, [{"said": "{{amount}}\r\nBcc: x@example.kr", "amount": 1}], "{{name}}", address)
    assert letter("{{said}} {{name}}", "{{name}}", values) == ("{{amount}} Bcc: x@example.kr {{name}}", "{{name}}")


@pytest.mark.parametrize(
    ("title", "text", "refusal"),
    [
        ("", "{{amount}}", EmptyWording),
        ("제목", " \n", EmptyWording),
        ("제목", "{{amount}} {{amuont}}", UnknownVariable),
        ("{{secret}}", "{{amount}}", UnknownVariable),
        ("제목", "금액을 말하지 않음", MissingVariable),
        ("{{amount}}", "제목에만 있음", MissingVariable),
        ("제목", "{{amount}} {{name", BrokenBraces),
        ("제목", "{{amount}} }}", BrokenBraces),
        ("제목", "{{amount}} {% load x %}", BrokenBraces),
        ("제목", "{{amount}} {{name.user.password}}", BrokenBraces),
        ("제목", "{{amount}}" + "가" * 1_000, TooLong),
        ("가" * 101, "{{amount}}", TooLong),
    ],
)  # fmt: skip
def test_a_wrong_wording_is_refused(title, text, refusal):
    with pytest.raises(refusal):
        check_wording(KIND, title, text, address)


def test_the_refusal_names_the_variable_in_korean():
    with pytest.raises(Refusal) as unknown:
        check_wording(KIND, "제목", "{{amount}} {{amuont}}", address)
    with pytest.raises(Refusal) as missing:
        check_wording(KIND, "제목", "{{name}}", address)
    assert "{{amuont}}은(는) 여기에서 쓸 수 없는 변수입니다" in str(unknown.value)
    assert "{{amount}}(금액)" in str(missing.value)


def test_every_kind_of_the_house_can_be_worded_as_it_is():
    kinds = every_kind()
    for kind in kinds:
        check_wording(kind, str(kind.title), str(kind.text), address)
        title, text = letter(
            str(kind.title), str(kind.text), values_of(kind, [example_of(kind)], "김순창", address)
        )  # fmt: skip
        assert "{" not in title + text, kind.name
    assert [kind.name for kind in kinds] == [
        "refunded", "shipped", "voucher_issued", "voucher_month", "voucher_week", "ended", "left", "leaving",
        "card_expires", "card_over", "short", "coming", "coming_paid", "charged", "failed", "given_up", "price_rose",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count", "form"),
    [("a" * 90, 90, "SMS"), ("가" * 45, 90, "SMS"), ("가" * 45 + "a", 91, "LMS"), ("", 0, "SMS")],
)
def test_ninety_bytes_make_an_sms(text, count, form):
    assert (phone_bytes(text), phone_form(text)) == (count, form)


@given(st.text(max_size=200), st.integers(0, 120))
def test_cut_text_fits_and_begins_alike(text, most):
    cut = cut_to(text, most)
    assert phone_bytes(cut) <= most
    assert text.startswith(cut)
    assert cut == text or phone_bytes(text[: len(cut) + 1]) > most or phone_bytes(text) > most


@given(st.text(alphabet="{}na me", max_size=30))
def test_filling_leaves_no_variable(text):
    assert "{{name}}" not in fill(text, {"name": "x"})


def test_tries_back_off_and_end():
    at = datetime(2026, 11, 23, 12, tzinfo=KST)
    waits = [next_try(number, at) for number in range(1, 7)]
    assert waits[:5] == [at + wait for wait in BACK_OFF]
    assert (waits[5], sum(BACK_OFF, timedelta(0)) < timedelta(days=2)) == (None, True)


@pytest.mark.parametrize(("hour", "quiet"), [(7, True), (8, False), (20, False), (21, True), (0, True)])
def test_no_phone_rings_at_night(hour, quiet):
    assert is_quiet(datetime(2026, 11, 23, hour, tzinfo=KST)) is quiet
