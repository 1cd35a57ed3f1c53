"""Reads gettext catalogs, so that tests can compare what is said with what is translated."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

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
