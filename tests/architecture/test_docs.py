"""What the documentation points to exists."""

import re
import subprocess

import pytest

from config.catalog import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")],
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_make_targets_of_the_documentation_exist():
    said = {
        target
        for page in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    known = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert said - set(known) == set()


@pytest.mark.slow
def test_commands_of_the_documentation_exist():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    said = sorted(set(re.findall(r"(?:^|[`/ ])goeul ([a-z]+)(?: [a-z]+)? --", text, flags=re.MULTILINE)))
    shown = subprocess.run([ROOT / ".venv/bin/goeul", "--help"], capture_output=True, text=True, check=True).stdout
    assert [word for word in said if f"  {word} " not in shown] == []
