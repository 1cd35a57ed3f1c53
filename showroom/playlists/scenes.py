"""What the blocks of a playlist come to at this moment: scenes with true facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.clock import kst_date
from showroom.playlists import pictures, sources
from showroom.playlists.rules import USUAL_SECONDS, Fact, Scene, Span, playable


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the blocks of one playlist ask for, read in a constant number of statements."""

    bundles: dict[str, Fact]
    popular: list[str]
    products: dict[str, Fact]
    stories: dict[str, Fact]
    notices: dict[str, Fact]


def told_by(blocks: Iterable[Any], *, at: datetime) -> list[Scene]:
    """The scenes of a playlist's blocks with what the mall knows now. What is gone from the mall is left out."""
    blocks = list(blocks)
    facts = _facts_for(blocks, at)
    found = [scene for block in blocks for scene in _scenes_of_block(block, facts, at)]
    return playable(found, at)


def _facts_for(blocks: Iterable[Any], at: datetime) -> Facts:
    named = _named_subjects(blocks)
    on = kst_date(at)
    wanted = max((block.value.get("how_many", 0) for block in blocks if block.block_type == "bundles"), default=0)
    popular = sources.popular_bundles(wanted, on) if wanted else []
    stories, notices = named.get("story", set()), named.get("notice", set())
    return Facts(
        bundles=sources.bundle_facts({*named.get("bundle", ()), *named.get("message", ()), *popular} - {""}, on),
        popular=popular,
        products=sources.product_facts(named.get("product", set())),
        stories=sources.story_facts(stories) if stories else {},
        notices=sources.notice_facts(notices) if notices else {},
    )


def _named_subjects(blocks: Iterable[Any]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {}
    for block in blocks:
        if "subject" in block.value:
            named.setdefault(block.block_type, set()).add(block.value.get("subject") or "")
    return named


def _scenes_of_block(block: Any, facts: Facts, at: datetime) -> list[Scene]:
    value = block.value
    span = Span.of(*(value.get(name) for name in ("first_day", "last_day", "opens", "closes")))
    shell = Scene(
        key=str(block.id), kind=block.block_type, fact=Fact(""), seconds=value.get("seconds", USUAL_SECONDS), span=span
    )
    if block.block_type == "bundles":
        return [
            _bundle_scene(shell, slug, facts)
            for slug in facts.popular[: value.get("how_many", 0)]
            if slug in facts.bundles
        ]
    scene = _one_scene(shell, value, facts, at)
    return [scene] if scene else []


def _bundle_scene(shell: Scene, slug: str, facts: Facts) -> Scene:
    return replace(shell, key=f"{shell.key}:{slug}", kind="bundle", fact=facts.bundles[slug], subject=f"bundle:{slug}")


def _one_scene(shell: Scene, value: Any, facts: Facts, at: datetime) -> Scene | None:
    """The scene of a block that stands for itself; None when its subject is gone or has nothing to say."""
    if shell.kind in {"bundle", "product", "story", "notice"}:
        known = {"bundle": facts.bundles, "product": facts.products, "story": facts.stories, "notice": facts.notices}
        slug = value.get("subject") or ""
        fact = known[shell.kind].get(slug)
        return replace(shell, fact=fact, subject=f"{shell.kind}:{slug}" if slug else fact.path) if fact else None
    if shell.kind == "message":
        return replace(shell, fact=_message(value, facts.bundles.get(value.get("subject") or "")))
    if shell.kind == "picture":
        address = pictures.photo(value.get("image"))
        fact = Fact(value.get("title") or "", value.get("line") or "", picture=address)
        return replace(shell, fact=fact) if address else None
    return _counted_scene(shell, value, at)


def _message(value: Any, bundle: Fact | None) -> Fact:
    fact = Fact(value.get("title", ""), value.get("line") or "", value.get("eyebrow") or "")
    if bundle is None:
        return replace(fact, picture=pictures.spoken_life(f"{fact.title} {fact.line}"), path="/")
    return replace(fact, picture=bundle.picture, path=bundle.path)


def _counted_scene(shell: Scene, value: Any, at: datetime) -> Scene | None:
    """Ranking and numbers: only when there is something to count."""
    on = kst_date(at)
    if shell.kind == "ranking":
        rows = sources.ranking_rows(on)
        title = _("Most loved this month")
    else:
        rows = sources.town_numbers()
        title = value.get("title") or _("What our town does together")
    line = _("as of %(month)s/%(day)s") % {"month": on.month, "day": on.day}
    return replace(shell, fact=Fact(title, line, rows=rows, path="/subscriptions/")) if rows else None
