"""The first pages of a new municipality. Running it again adds only what is missing."""
# ruff: noqa: E501  Hangul counts double

from datetime import date
from typing import Any

from wagtail.models import Page, Site

from malls.storefront.legal import LEGAL
from malls.storefront.models import (
    ExhibitionIndexPage,
    HomePage,
    LegalPage,
    MallSettings,
    NoticeIndexPage,
    StoryIndexPage,
)

IN_FORCE = date(2026, 12, 1)


def furnish() -> None:
    """Home, stories, exhibitions, notices, legal pages and the mall's settings."""
    home = _home()
    _child(home, StoryIndexPage, "stories", "사장님 이야기", lead="물건을 만드는 사람이 들려주는 이야기예요.")
    _child(home, ExhibitionIndexPage, "exhibitions", "기획전", lead="철마다 한자리에 모아 소개해요.")
    _child(home, NoticeIndexPage, "notices", "공지사항")
    for position, (slug, title, body) in enumerate(LEGAL, start=1):
        _child(home, LegalPage, slug, title, body=body, version="2026-12-01", in_force_on=IN_FORCE, position=position)
    MallSettings.objects.get_or_create(site=Site.objects.get(is_default_site=True))


def _home() -> HomePage:
    """The home page as the root of the default site; Wagtail's welcome page goes."""
    home: HomePage | None = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = HomePage(
            title="첫 화면",
            slug="mall",
            eyebrow="우리 고을 구독 장터",
            headline="다음 달이 기다려지는\n우리 고을 장보기",
            lead="가게와 농가가 함께 꾸린 상자를 정한 날에 받아 보세요. 건너뛰기도 해지도 마이페이지에서 바로 할 수 있어요.",
            action_label="구독 꾸러미 보기",
            art=["onggi", "basket", "napa", "tangerine", "pouch-grain"],
            locale=root.locale,
        )
        root.add_child(instance=home)
    site = Site.objects.get(is_default_site=True)
    if site.root_page_id != home.pk:
        welcome = site.root_page
        site.root_page = home
        site.save()
        if welcome.depth > 1 and not welcome.get_children().exists():
            welcome.delete()
    return home


def _child(home: HomePage, kind: type[Page], slug: str, title: str, **fields: Any) -> None:
    if not home.get_children().filter(slug=slug).exists():
        home.add_child(instance=kind(title=title, slug=slug, show_in_menus=False, **fields))
