"""How a wording is filled in and checked, how long a phone message is, when a failed one is tried again. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import KST
from malls.notices.errors import BrokenBraces, EmptyWording, MissingVariable, TooLong, UnknownVariable
from malls.notices.kinds import COUNT, LINES, Facts, Form, Kind, Variable
from ui.templatetags.ui import kdate, won

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MOST_LETTERS = 1_000
"""What a 알림톡 may hold once it is filled in."""
MOST_TITLE = 100
SMS_BYTES, LMS_BYTES = 90, 2_000
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""Waits before the second and later tries of what could not be sent."""
QUIET_FROM, QUIET_UNTIL = 21, 8
"""Korean hours in which no phone rings for us."""

Address = Callable[[str], str]
"""A path of the mall as a whole address."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """A wording with its variables replaced, once: what is put in is never read as a wording."""
    return VARIABLE.sub(lambda found: values.get(found[1], ""), text)


def values_of(kind: Kind, facts: Sequence[Facts], name: str, address: Address) -> dict[str, str]:
    """Every variable of a letter about one or more facts, written out. What differs stands in the lines."""
    shown = {one.name: written(one, facts[0].get(one.name), address) for one in kind.variables}
    values = {**shown, "name": name}
    if kind.line:
        lines = [
            fill(str(kind.line), {one.name: written(one, of.get(one.name), address) for one in kind.of_line})
            for of in facts
        ]
        values |= {COUNT.name: str(len(facts)), LINES.name: "\n\n".join(lines)}
    return values


def written(variable: Variable, fact: Any, address: Address) -> str:
    """A fact for people; nothing for nothing."""
    if fact in (None, ""):
        return ""
    if variable.form == Form.WON:
        return won(fact)
    if variable.form == Form.DAY:
        return kdate(date.fromisoformat(fact))
    return address(fact) if variable.form == Form.LINK else str(fact)


def example_of(kind: Kind) -> Facts:
    """Invented facts to look at a wording with."""
    return {one.name: one.example for one in (*kind.variables, *kind.of_line)}


def letter(title: str, text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Title (one line) and text, filled in."""
    return " ".join(fill(title, values).split()), fill(text, values).strip()


def check_wording(kind: Kind, title: str, text: str, address: Address) -> None:
    """Refuse a wording that says nothing, names what is not known, leaves out what must be told, or is too long."""
    if not title.strip() or not text.strip():
        raise EmptyWording
    offered = [one.name for one in kind.offered]
    for part in (title, text):
        for name in VARIABLE.findall(part):
            if name not in offered:
                raise UnknownVariable(name=name, offered=", ".join(offered))
        if re.search(r"\{\{|\}\}|\{%", VARIABLE.sub("", part)):
            raise BrokenBraces
    for one in kind.offered:
        if one.is_needed and one.name not in VARIABLE.findall(text):
            raise MissingVariable(name=one.name, label=str(one.label))
    filled = letter(title, text, values_of(kind, [example_of(kind)], "김순창", address))
    if len(filled[0]) > MOST_TITLE or len(filled[1]) > MOST_LETTERS:
        raise TooLong(title=MOST_TITLE, text=f"{MOST_LETTERS:,}")


def phone_bytes(text: str) -> int:
    """Bytes of a phone message as Korean carriers count them (EUC-KR): two for whatever is not ASCII."""
    return sum(1 if one.isascii() else 2 for one in text)


def phone_form(text: str) -> str:
    """SMS up to 90 bytes, else LMS."""
    return "SMS" if phone_bytes(text) <= SMS_BYTES else "LMS"


def cut_to(text: str, most: int) -> str:
    """As many letters as fit into `most` bytes."""
    while phone_bytes(text) > most:
        text = text[: -max(1, (phone_bytes(text) - most) // 2)]
    return text


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When what failed for the n-th time is tried again; None when it was tried often enough."""
    return at + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def is_quiet(at: datetime) -> bool:
    """Whether it is night in Korea: phone messages wait for the morning, though they are no advertising (§50)."""
    hour = at.astimezone(KST).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL
