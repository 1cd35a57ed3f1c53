"""Every address of a mall, from the resolver, with arguments filled in."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:(?P<kind>[a-z_]+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)")


def patterns(urlconf: str = settings.ROOT_URLCONF) -> list[str]:
    """Every pattern of a URL configuration, as text, each once."""
    return sorted(set(_walk(get_resolver(urlconf).url_patterns, "")))


def _walk(found: list[Any], before: str) -> Iterator[str]:
    for one in found:
        text = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, text)
        elif isinstance(one, URLPattern):
            yield text


def filled(pattern: str, values: dict[str, Any]) -> str:
    """A path of the pattern; arguments by name, else by kind: numbers are 1, words are `bundle`."""
    text = re.sub(r"^\^|\$$|\(\?:[^()]*(?:\([^()]*\)[^()]*)*\)\??", "", pattern.replace("^", "").replace("$", ""))
    return "/" + ARGUMENT.sub(lambda found: str(_value(found, values)), text).replace("\\.", ".").replace("\\", "")


def _value(found: re.Match[str], values: dict[str, Any]) -> Any:
    name = found["name"] or found["group"]
    if name in values:
        return values[name]
    return 1 if (found["kind"] or "int") in {"int"} or name.endswith(("id", "pk")) else "bundle"
