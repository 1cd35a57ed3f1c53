"""Access records are read in words."""

import pytest

from tenants.people.words import subject_in_words, task_in_words


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("order 261128-ABYV2PWN", "주문 261128-ABYV2PWN"),
        ("pick list 2026-11-28 (0)", "피킹 목록 2026-11-28 (0)"),
        ("rules of boxes", "상자 규칙"),
        ("orders", "orders"),
        ("김순창 #3", "김순창 #3"),
    ],
)
def test_subjects_are_named_in_korean_and_their_numbers_stay(kept, words):
    assert subject_in_words(kept) == words


def test_tasks_are_named_in_korean():
    assert (task_in_words("view"), task_in_words("print"), task_in_words("new task")) == ("조회", "인쇄", "new task")
