"""Filters for won, dates and rates; tags for the shell, forms, pages and the still life."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.actor import SYSTEM
from core.clock import KST
from ui import goods
from ui.my import my_links
from ui.shell import Link, Shell, shell_of

register = template.Library()
WEEKDAYS = "월화수목금토일"
Money = int | str | None


@register.filter
def won(amount: Money) -> str:
    """43900 → 43,900원; nothing for nothing."""
    return "" if amount in (None, "") else f"{int(amount or 0):,}원"


@register.filter
def number(amount: Money) -> str:
    """43900 → 43,900."""
    return "" if amount in (None, "") else f"{int(amount or 0):,}"


@register.filter
def percent(basis_points: int | None) -> str:
    """1250 bp → 12.5%."""
    return "" if basis_points is None else f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"


@register.filter
def kdate(day: date | datetime | None, form: str = "") -> str:
    """2026년 12월 3일 (목); with "short" 12월 3일 (목); with "time" also the Korean time of day."""
    if not day:
        return ""
    civil = day.astimezone(KST) if isinstance(day, datetime) else day
    year = "" if form == "short" else f"{civil.year}년 "
    text = f"{year}{civil.month}월 {civil.day}일 ({WEEKDAYS[civil.weekday()]})"
    return f"{text} {civil:%H:%M}" if form == "time" and isinstance(civil, datetime) else text


@register.filter
def who(row: Any) -> str:
    """Who did what a row keeps. Its actor's kind counts where it is kept: a person may have any name."""
    by_itself = row.by_kind == SYSTEM.kind if hasattr(row, "by_kind") else row.by_name == SYSTEM.name
    return _("automatic") if by_itself else str(row.by_name)


@register.filter
def phone(digits: str | None) -> str:
    """01012345678 → 010-1234-5678."""
    plain = "".join(c for c in digits or "" if c.isdigit())
    if len(plain) < 9:  # noqa: PLR2004  15xx-xxxx and what is no number stay as they are
        return digits or ""
    area = 2 if plain.startswith("02") else 3
    return f"{plain[:area]}-{plain[area:-4]}-{plain[-4:]}"


@register.simple_tag(takes_context=True)
def shell(context: Context) -> Shell:
    """`{% shell as site %}`: what stands around this page; asked once per request."""
    request = context.get("request")
    if request is None:
        return shell_of(None)
    known: Shell | None = getattr(request, "ui_shell", None)
    if known is None:
        known = request.ui_shell = shell_of(request)
    return known


@register.simple_tag
def still_life(name: str, category: str = "") -> str:
    """`{% still_life product.name product.category.slug %}`: the address of the art that stands for these goods."""
    return goods.still_life(name, category=category).path


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """`{% query page=2 %}`: the present query string with changes; None or empty takes a key away."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = value
    return "?" + params.urlencode() if params else "?"


@register.filter
def as_query(params: Mapping[str, Any]) -> str:
    """A mapping as a query string."""
    return urlencode(params)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """`{% field form.email %}`: label, control, help and errors, tied together for screen readers."""
    kind = _kind(bound.field.widget)
    return {"field": bound, "kind": kind, "hint": hint or bound.help_text, "control": _control(bound, kind, hint)}


@register.inclusion_tag("ui/form.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """`{% fields form %}`: the whole form without its button: errors first, then every field."""
    return {"form": form}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """`{% pagination page_obj %}`: numbered links that keep the filters."""
    spread = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "numbers": list(spread), "request": context["request"], "gap": page.paginator.ELLIPSIS}


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "input"


def _control(bound: BoundField, kind: str, hint: str) -> SafeString:
    attrs: dict[str, Any] = {
        "class": {"check": "check-box", "choices": "choice", "select": "krds-select"}.get(kind, "krds-input")
    }
    ties = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    if bound.errors:
        ties.append(f"{bound.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if ties and kind != "choices":
        attrs["aria-describedby"] = " ".join(ties)
    return bound.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def my_menu(context: Context) -> list[Link]:
    """`{% my_menu as links %}`: the entries of my page."""
    return my_links(context["request"].path)


@register.simple_tag(takes_context=True)
def section(context: Context, template_name: str, part: dict[str, Any]) -> SafeString:
    """`{% section template part %}`: a stretch of a page that another app brings, with its own context."""
    known = {"part": part, **part, "site": shell(context)}
    return SafeString(render_to_string(template_name, known, context.get("request")))
