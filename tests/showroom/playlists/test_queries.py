from datetime import date

import pytest

from malls.storefront.pages import NoticeIndexPage, NoticePage, StoryIndexPage, StoryPage
from showroom.playlists.furnish import furnish
from showroom.playlists.models import Playlist
from showroom.playlists.queries import scenes_of
from tests.showroom.world import AT, a_bundle


def playlist(*scenes):
    found = Playlist.objects.get(is_default=True)
    found.scenes = list(scenes)
    found.save()
    return Playlist.objects.get(pk=found.pk)


def told(*scenes, at=AT):
    return [(scene.kind, scene.fact.title) for scene in scenes_of(playlist(*scenes), at=at)]


def test_a_new_municipality_has_one_default_playlist(sunchang):
    furnish()
    assert list(Playlist.objects.values_list("title", "is_default", "live")) == [("기본 편성", True, True)]


def test_an_empty_mall_leaves_the_fallback(sunchang):
    Playlist.objects.get(is_default=True)
    scenes = scenes_of(Playlist.objects.get(is_default=True), at=AT)
    assert [scene.kind for scene in scenes if scene.kind in {"bundle", "story", "notice", "ranking"}] == []


def test_the_most_loved_come_first_and_only_as_many_as_wanted(sunchang):
    for number, subscribers in enumerate((1, 9, 5)):
        bundle = a_bundle(f"b{number}", f"상자 {number}")
        bundle.subscribers = subscribers
        bundle.save()
    assert told(("bundles", {"how_many": 2})) == [("bundle", "상자 1"), ("bundle", "상자 2")]


def test_a_scene_whose_bundle_left_the_mall_is_dropped(sunchang):
    bundle = a_bundle()
    chosen = ("bundle", {"subject": "jangdok"})
    assert told(chosen) == [("bundle", "첫 장독 상자")]
    bundle.is_listed = False
    bundle.save()
    assert told(chosen) == []


def test_the_last_ones_are_told_and_plenty_is_not(sunchang):
    a_bundle("few", "조금", stock=3)
    a_bundle("many", "많이", stock=300)
    scenes = scenes_of(playlist(("bundle", {"subject": "few"}), ("bundle", {"subject": "many"})), at=AT)
    assert [scene.fact.left for scene in scenes] == [3, None]


def test_the_newest_story_and_notice_are_taken_when_none_is_named(sunchang):
    index = StoryIndexPage.objects.get()
    for number in range(2):
        index.add_child(
            instance=StoryPage(title=f"이야기 {number}", slug=f"s{number}", lead="시작")
        ).save_revision().publish()
    NoticeIndexPage.objects.get().add_child(
        instance=NoticePage(
            title="문을 열었습니다", slug="n1", published_on=date(2026, 11, 23), body="<p>반갑습니다</p><p>둘째 줄</p>"
        )
    )
    scenes = scenes_of(
        playlist(("story", {"subject": ""}), ("notice", {"subject": ""}), ("story", {"subject": "s0"})), at=AT
    )
    assert [scene.fact.title for scene in scenes] == ["“이야기 1”", "문을 열었습니다", "“이야기 0”"]
    assert scenes[1].fact.line == "반갑습니다 둘째 줄"


def test_a_draft_story_is_nobodys_business(sunchang):
    StoryIndexPage.objects.get().add_child(instance=StoryPage(title="초안", slug="draft", lead="시작", live=False))
    assert told(("story", {"subject": "draft"}), ("story", {"subject": ""})) == []


def test_scenes_that_are_over_are_not_sent(sunchang):
    message = {"title": "어제까지", "line": "", "eyebrow": "", "subject": ""}
    assert told(("message", {**message, "last_day": date(2026, 11, 22)})) == []
    assert told(("message", {**message, "last_day": date(2026, 11, 23)})) == [("message", "어제까지")]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"title": "x", "first_day": date(2026, 12, 2), "last_day": date(2026, 12, 1)}, "last_day"),
        ({"title": ""}, "title"),
        ({"title": "x", "seconds": 4}, "seconds"),
        ({"title": "x", "seconds": 9999}, "seconds"),
    ],
)
def test_what_staff_mistype_is_named(sunchang, value, field):
    from wagtail.blocks.struct_block import StructBlockValidationError

    from showroom.playlists.blocks import MessageBlock

    block = MessageBlock()
    with pytest.raises(StructBlockValidationError) as caught:
        block.clean(block.to_python({"seconds": 12, "line": "", "eyebrow": "", "subject": "", **value}))
    assert list(caught.value.block_errors) == [field]
