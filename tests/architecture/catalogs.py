"""Reads gettext catalogs, so that tests can compare what is said with what is translated."""

import ast
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

LINE = re.compile(r'(?:(?P<field>msgctxt|msgid_plural|msgid|msgstr)(?:\[\d+\])? )?(?P<text>".*")$')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")


@dataclass
class Message:
    fuzzy: bool = False
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.fields.get("msgctxt", ""), self.fields["msgid"]

    @property
    def source(self) -> str:
        """The form that Korean answers to: the plural where there is one."""
        return self.fields.get("msgid_plural") or self.fields["msgid"]

    @property
    def korean(self) -> str:
        return self.fields.get("msgstr", "")


def read(path: Path) -> list[Message]:
    """Every message of a catalog but its header."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    messages = [_message(block) for block in blocks]
    return [message for message in messages if message.fields.get("msgid")]


def _message(block: str) -> Message:
    message, current = Message(), ""
    for line in block.splitlines():
        if line.startswith("#"):
            message.fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif found := LINE.match(line.strip()):
            current = found["field"] or current
            message.fields[current] = message.fields.get(current, "") + ast.literal_eval(found["text"])
    return message


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def tags(text: str) -> list[str]:
    return sorted(TAG.findall(text))


UNSAID = re.compile(
    r"(?s){% comment.*?endcomment %}|{% blocktrans.*?endblocktrans\w* %}|{% block \w*(class|width|size|kind)\w* %}.*?{% endblock[^%]*%}"
)
WORD = re.compile(r"[A-Za-z]{2,}")
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label"}
NAMES = frozenset(
    {
        "Goeul",
        "QR",
        "PDF",
        "CSV",
        "XLSX",
        "xlsx",
        "csv",
        "SMS",
        "ARS",
        "HACCP",
        "KST",
        "VAT",
        "SHA",
        "MB",
        "kg",
        "ABCD",
        "EFGH",
    }
)


class Spoken(HTMLParser):
    """Collects what a page says: text and the attributes that people hear or read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "svg", "code", "pre"}
        if tag != "meta":
            self.said += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "svg", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def english_in(template: str) -> list[str]:
    """English words that a template says without asking the catalog."""
    template = UNSAID.sub("", template)
    page = Spoken()
    page.feed("".join(token.contents for token in Lexer(template).tokenize() if token.token_type == TokenType.TEXT))
    return [word for said in page.said for word in WORD.findall(said) if word not in NAMES]
