"""Dressing a mall and writing its pages, for openers of malls and loaders; staff do the same in the CMS."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.html import linebreaks
from django.utils.text import slugify
from wagtail.models import Page, Site

from core.clock import kst_at
from malls.merchants.models import Merchant
from malls.storefront.models import (
    ExhibitionIndexPage,
    ExhibitionPage,
    HomePage,
    MallSettings,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
    StoryPage,
)


def dress(values: Mapping[str, Any]) -> MallSettings:
    """Set the mall's name, colour and disclosures."""
    mall: MallSettings = MallSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in values.items():
        setattr(mall, name, value)
    mall.full_clean(exclude=["site"])
    mall.save()
    return mall


def write_home(values: Mapping[str, Any]) -> HomePage:
    """Set the words and the art of the first page; `introduction` is plain text."""
    home: HomePage = HomePage.objects.get()
    for name, value in values.items():
        setattr(home, name, _rich(value) if name == "introduction" else value)
    home.save_revision().publish()
    return home


def tell_story(
    title: str, *, lead: str, questions: Sequence[tuple[str, str]], at: datetime, merchant: Merchant | None = None,
    person: str = "", goods: str = "", bundles: Sequence[str] = (),
) -> StoryPage:  # fmt: skip
    """Publish a merchant's story as of `at`."""
    blocks = [{"type": "question", "value": {"question": q, "answer": a}} for q, a in questions]
    story = StoryPage(
        title=title, slug=_slug(StoryPage, title), lead=lead, person=person, merchant=merchant, goods=goods,
        bundles=list(bundles), questions=blocks, first_published_at=at, last_published_at=at,
    )  # fmt: skip
    StoryIndexPage.objects.get().add_child(instance=story)
    return story


def announce(title: str, text: str, *, on: date, kind: str = "공지", pinned: bool = False) -> NoticePage:
    """Publish a notice of a day; `text` is plain."""
    notice = NoticePage(
        title=title, slug=_slug(NoticePage, title), kind=kind, published_on=on, is_pinned=pinned,
        body=_rich(text), first_published_at=kst_at(on, 9),
    )  # fmt: skip
    NoticeIndexPage.objects.get().add_child(instance=notice)
    return notice


def exhibit(
    title: str, text: str, *, starts_on: date, ends_on: date, benefit: str = "", goods: str = "",
    bundles: Sequence[str] = (), products: Sequence[str] = (),
) -> ExhibitionPage:  # fmt: skip
    """Publish an exhibition for some days, both inclusive."""
    page = ExhibitionPage(
        title=title, slug=_slug(ExhibitionPage, title), copy_text=text, benefit=benefit, goods=goods,
        starts_on=starts_on, ends_on=ends_on, bundles=list(bundles), products=list(products),
    )  # fmt: skip
    ExhibitionIndexPage.objects.get().add_child(instance=page)
    return page


def _slug(kind: type[Page], title: str) -> str:
    """An address from a title, unlike all others of its kind."""
    base = slugify(title, allow_unicode=True)[:60] or kind.__name__.lower()
    taken = set(kind.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)


def _rich(text: str) -> str:
    """Plain text as Wagtail keeps rich text: a break that is not closed would stop its editor."""
    return str(linebreaks(text)).replace("<br>", "<br/>")
