from datetime import UTC, date, datetime, time

import pytest

from showroom.playlists.rules import MOST_SCENES, Fact, Price, Scene, Span, playable

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)  # 12:00 in Korea


@pytest.mark.parametrize(
    ("amount", "before", "cut"), [(43900, 50000, 12), (9999, 10000, 0), (100, 100, 0), (200, 100, 0)]
)
def test_cut_is_never_flattering(amount, before, cut):
    assert Price(amount, before).cut_percent == cut


def test_last_day_is_shown_to_its_end():
    span = Span.of(date(2026, 12, 1), date(2026, 12, 1), None, None)
    assert span.holds(datetime(2026, 12, 1, 14, 59, tzinfo=UTC))
    assert not span.holds(datetime(2026, 12, 1, 15, tzinfo=UTC))
    assert not span.holds(datetime(2026, 11, 30, 14, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("opens", "closes", "holds"),
    [(time(9), time(18), True), (time(13), time(18), False), (time(22), time(13), True), (None, time(12), False)],
)
def test_hours_of_the_korean_day(opens, closes, holds):
    assert Span.of(None, None, opens, closes).holds(NOON) is holds


def test_what_is_over_is_not_sent_and_seconds_stay_readable():
    over = Scene("a", "message", Fact("gone"), span=Span.of(None, date(2026, 11, 1), None, None))
    hasty = Scene("b", "message", Fact("here"), seconds=1)
    assert [(scene.key, scene.seconds) for scene in playable([over, hasty], NOON)] == [("b", 5)]


def test_a_manifest_has_an_end():
    assert len(playable([Scene(str(n), "message", Fact("x")) for n in range(100)], NOON)) == MOST_SCENES
