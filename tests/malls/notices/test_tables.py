"""The tables of docs/rules/notices.md are what the code does."""

from datetime import timedelta

import pytest

from config.catalog import ROOT
from malls.notices.channels import Delivered, Doubtful, NotDelivered
from malls.notices.channels.post import Post
from malls.notices.kinds import every_kind
from malls.notices.models import Notice
from malls.notices.rules import phone_bytes, phone_form
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import NOON, offer, send, subscribed
from tests.malls.notices.test_sending import Script

PAGE = (ROOT / "docs" / "rules" / "notices.md").read_text(encoding="utf-8")
ANSWERS = {
    "taken": Delivered("email"),
    "not taken, may help later": NotDelivered("x", is_final=False),
    "refused for good": NotDelivered("x", is_final=True),
    "nobody knows": Doubtful("x"),
}
TEXTS = {
    "45 Korean letters": "가" * 45,
    "45 Korean letters and a digit": "가" * 45 + "1",
    "90 Latin letters": "a" * 90,
}


def rows(heading: str) -> list[list[str]]:
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_kinds_are_those_of_the_house():
    ways = [(kind.name, "query" if kind.finds else "action") for kind in every_kind()]
    assert [(row[0], row[2]) for row in rows("What is told")] == ways


@pytest.mark.parametrize("row", rows("What became of it"), ids=" ".join)
def test_what_became_of_it(sunchang, row):
    answer, before, outcome, wait = row
    subscribed(offer(), MemoryGateway())
    Notice.objects.update(attempts=int(before))
    send(NOON, Post(Script(ANSWERS[answer])))
    notice = Notice.objects.get()
    assert notice.outcome == outcome
    if outcome == "waiting":
        assert f"{(notice.next_try_at - NOON) // timedelta(minutes=1)} min" == wait


@pytest.mark.parametrize("row", rows("By what"), ids=" ".join)
def test_bytes_of_phone_messages(row):
    text = TEXTS[row[0]]
    assert [str(phone_bytes(text)), phone_form(text)] == row[1:]
