"""My page is a frame; every app that knows something of a resident adds its section in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ui.shell import Link

Panel = Callable[[HttpRequest], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class MySection:
    """An entry of my page: its place in the menu and, with a template, its panel on the first page."""

    position: int
    label: str | Promise
    href: str
    template: str = ""
    context: Panel | None = None


_sections: list[MySection] = []


def add_my_section(
    position: int, label: str | Promise, href: str, *, template: str = "", context: Panel | None = None
) -> None:
    """Add a section (subscriptions 10, orders 20, vouchers 30, addresses 40, payment methods 50, account 90)."""
    section = MySection(position, label, href, template, context)
    if section not in _sections:
        _sections.append(section)
        _sections.sort(key=lambda one: one.position)


def my_links(path: str) -> list[Link]:
    """The menu of my page; the present place is the longest address that the path begins with."""
    at = max((one.href for one in _sections if path.startswith(one.href)), key=len, default="/my/")
    first = MySection(0, _("My page"), "/my/")
    return [Link(str(one.label), one.href, one.href == at) for one in [first, *_sections]]


def my_panels() -> list[MySection]:
    """The sections that show something on the first page."""
    return [one for one in _sections if one.template and one.context]
