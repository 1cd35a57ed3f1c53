from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

from ui.templatetags.ui import kdate, percent, phone, who, won


@pytest.mark.parametrize(
    ("amount", "text"), [(43900, "43,900원"), (0, "0원"), (-1200, "-1,200원"), (None, ""), ("", "")]
)
def test_won(amount, text):
    assert won(amount) == text


@pytest.mark.parametrize(("bp", "text"), [(1250, "12.5%"), (1000, "10%"), (333, "3.33%"), (0, "0%"), (None, "")])
def test_percent(bp, text):
    assert percent(bp) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"by_kind": "system", "by_name": "system"}, "자동"),
        ({"by_kind": "person", "by_name": "system"}, "system"),
        ({"by_kind": "person", "by_name": "김상담"}, "김상담"),
        ({"by_name": "system"}, "자동"),
        ({"by_name": "김상담"}, "김상담"),
    ],
)
def test_what_nobody_did_by_hand_is_automatic(row, text):
    assert who(SimpleNamespace(**row)) == text


def test_hours_run_to_twenty_four_also_where_django_writes_them():
    shown = Template("{{ at }} · {{ at.time }}").render(Context({"at": datetime(2026, 12, 2, 6, 5, tzinfo=UTC)}))
    assert shown == "2026년 12월 2일 15:05 · 06:05"


def test_kdate_names_the_weekday():
    assert kdate(date(2026, 12, 3)) == "2026년 12월 3일 (목)"


def test_kdate_counts_instants_in_korea():
    assert kdate(datetime(2026, 12, 2, 16, 30, tzinfo=UTC), "time") == "2026년 12월 3일 (목) 01:30"


def test_kdate_of_nothing_is_nothing():
    assert kdate(None) == ""


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("01012345678", "010-1234-5678"),
        ("0631234567", "063-123-4567"),
        ("021234567", "02-123-4567"),
        ("15881234", "15881234"),
        (None, ""),
    ],
)
def test_phone(digits, text):
    assert phone(digits) == text


class Form(forms.Form):
    email = forms.EmailField(label="메일", help_text="도움말")
    note = forms.CharField(label="메모", required=False)


def test_a_wrong_field_is_tied_to_its_error_and_hint():
    html = Template("{% field form.email %}").render(Context({"form": Form({"email": "x"})}))
    assert 'aria-describedby="id_email_hint id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_email">' in html


def test_an_optional_field_says_so():
    html = Template("{% field form.note %}").render(Context({"form": Form()}))
    assert 'class="optional"' in html
