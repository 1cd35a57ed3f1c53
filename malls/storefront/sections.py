"""What upper apps put on the home page and into the search: they add it in AppConfig.ready()."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.generation import kept


@dataclass(frozen=True, slots=True)
class HomeSection:
    """A stretch of the home page: a template and the function that gives its context; an empty one is left out."""

    position: int
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ProductSection:
    """A stretch of a product's page."""

    position: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Found things of one kind, ready for their card component (bundle, product or story)."""

    title: str
    kind: str
    cards: Sequence[Any]
    total: int


SearchSource = Callable[[str], SearchGroup | None]
FactSource = Callable[[], tuple[str, str] | None]
ChoiceSource = Callable[[], Sequence[tuple[str, str]]]
CardSource = Callable[[list[str]], Sequence[Any]]

_home: list[HomeSection] = []
_sources: list[tuple[int, SearchSource]] = []
_facts: list[tuple[int, FactSource]] = []
_product: list[ProductSection] = []
_cards: dict[str, CardSource] = {}
_choices: dict[str, ChoiceSource] = {}


def add_home_section(position: int, template: str, context: Callable[[HttpRequest], dict[str, Any]]) -> None:
    """Put a section on the home page; bundles stand at 10, products 30, stories 40, notices 50."""
    section = HomeSection(position, template, context)
    if section not in _home:
        _home.append(section)
        _home.sort(key=lambda one: one.position)


def add_search_source(position: int, source: SearchSource) -> None:
    """Let an app answer searches."""
    if (position, source) not in _sources:
        _sources.append((position, source))
        _sources.sort(key=lambda pair: pair[0])


def add_fact(position: int, source: FactSource) -> None:
    """A number that a town is proud of: `source` gives (value, label), or None when there is none yet."""
    if (position, source) not in _facts:
        _facts.append((position, source))
        _facts.sort(key=lambda pair: pair[0])


def add_product_section(position: int, template: str, context: Callable[[HttpRequest, Any], dict[str, Any]]) -> None:
    """Put a section on every product's page, such as the bundles that hold it."""
    section = ProductSection(position, template, context)
    if section not in _product:
        _product.append(section)
        _product.sort(key=lambda one: one.position)


def add_card_source(kind: str, source: CardSource) -> None:
    """Say how the cards of a kind ("bundle", "product") are made from addresses, for stories and exhibitions."""
    _cards[kind] = source


def add_choice_source(kind: str, source: ChoiceSource) -> None:
    """Say what staff may choose of a kind in stories and exhibitions: (address, name)."""
    _choices[kind] = source


def home_sections() -> list[HomeSection]:
    """All sections in order."""
    return list(_home)


def search_sources() -> list[SearchSource]:
    """All sources in order."""
    return [source for _position, source in _sources]


def facts() -> list[tuple[str, str]]:
    """The proud numbers that there are, in order."""
    return kept("facts", lambda: [fact for _position, source in _facts if (fact := source())])


def product_sections(request: HttpRequest, product: Any) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each section of a product's page that has something to show."""
    filled = [(one.template, one.context(request, product)) for one in _product]
    return [(template, context) for template, context in filled if context]


def cards(kind: str, slugs: Sequence[str]) -> Sequence[Any]:
    """The cards of things of one kind by their addresses; none where nobody knows the kind."""
    source = _cards.get(kind)
    return source(list(slugs)) if source and slugs else []


def choices(kind: str) -> Sequence[tuple[str, str]]:
    """What staff may choose of a kind."""
    source = _choices.get(kind)
    return source() if source else []
