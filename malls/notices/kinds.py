"""What can be told. Upper apps add their kinds in AppConfig.ready()."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Facts = Mapping[str, Any]
"""What is told, as JSON keeps it: won as numbers, days as ISO dates, links as paths."""


class Form(StrEnum):
    """How a fact is written out."""

    TEXT = "text"
    WON = "won"
    DAY = "day"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Variable:
    """A fact that a wording may name; `example` is as facts are kept. A wording without a needed one is refused."""

    name: str
    label: Text
    example: Any
    form: Form = Form.TEXT
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact about rows of one model.

    `true` gives the rows of which it is true at an instant, `resident` the path from them to whom it is told, `facts`
    what is told of them, by id. `finds` gives the rows of which it is due to be told, when they are looked for by
    query; without it, the action that makes it true notes it. With a `line`, facts of one resident go into one letter,
    a line for each.
    """

    name: str
    label: Text
    true: Callable[[datetime], QuerySet[Any]]
    resident: str
    facts: Callable[[Sequence[Any], datetime], Mapping[int, Facts]]
    variables: tuple[Variable, ...]
    title: Text
    text: Text
    finds: Callable[[datetime], QuerySet[Any]] | None = None
    line: Text = ""
    of_line: tuple[Variable, ...] = ()

    @property
    def offered(self) -> tuple[Variable, ...]:
        """Everything that a wording may name."""
        return (NAME, *self.variables, *((COUNT, LINES) if self.line else ()))


NAME = Variable("name", _("name of the resident"), "김순창")
COUNT = Variable("count", _("how many"), 2)
LINES = Variable("lines", _("one line for each"), "…", is_needed=True)
_kinds: dict[str, Kind] = {}


def add_kinds(kinds: Iterable[Kind]) -> None:
    """Let an app tell these."""
    _kinds.update({kind.name: kind for kind in kinds})


def every_kind() -> list[Kind]:
    """All kinds, in the order in which they were added."""
    return list(_kinds.values())


def kind_of(name: str) -> Kind | None:
    """The kind of a name; none when this version does not tell it any more."""
    return _kinds.get(name)
