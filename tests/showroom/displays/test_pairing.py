import re

import pytest

from core.actor import SYSTEM
from core.state import Transition
from showroom.displays.actions import (
    CODE_LIFE,
    Spot,
    install_display,
    mark_stale,
    pair_display,
    record_heartbeat,
    retire_display,
    start_pairing,
)
from showroom.displays.errors import CodeExpired, CodeUnknown, DisplayUnknown, TooManyTries
from showroom.displays.models import SILENT_AFTER, Display, DisplayState, Pairing
from showroom.displays.queries import display_of
from showroom.displays.rules import Heartbeat
from tests.showroom.world import AT, SOON, a_display, bearing


def test_a_code_becomes_a_screen_that_waits_for_its_first_word(sunchang):
    waiting = start_pairing("127.0.0.1", at=AT)
    display = pair_display(waiting.code, Spot("민원실", "1층"), by=SYSTEM, at=SOON)
    assert re.fullmatch(r"\d{6}", waiting.code)
    assert (display.name, display.place, display.state, display.paired_at) == (
        "민원실",
        "1층",
        DisplayState.UNPAIRED,
        SOON,
    )
    assert display_of(waiting.token) == display


def test_the_token_is_stored_nowhere(sunchang):
    _display, token = a_display()
    assert token not in str(Display.objects.values().get()) + str(Pairing.objects.values().get())


def test_a_code_works_once(sunchang):
    waiting = start_pairing("127.0.0.1", at=AT)
    pair_display(waiting.code, Spot("민원실"), by=SYSTEM, at=AT)
    with pytest.raises(CodeUnknown):
        pair_display(waiting.code, Spot("로비"), by=SYSTEM, at=AT)
    assert list(Display.objects.values_list("name", flat=True)) == ["민원실"]


def test_a_code_of_ten_minutes_ago_changes_nothing(sunchang):
    waiting = start_pairing("127.0.0.1", at=AT)
    with pytest.raises(CodeExpired):
        pair_display(waiting.code, Spot("민원실"), by=SYSTEM, at=AT + CODE_LIFE)
    assert (Display.objects.count(), Pairing.objects.get().display) == (0, None)


def test_guessing_codes_ends_after_ten_tries(sunchang):
    waiting = start_pairing("127.0.0.1", at=AT)
    wrong = "000000" if waiting.code != "000000" else "111111"
    for _try in range(10):
        with pytest.raises(CodeUnknown):
            pair_display(wrong, Spot("x"), by=SYSTEM, at=AT)
    with pytest.raises(TooManyTries):
        pair_display(waiting.code, Spot("x"), by=SYSTEM, at=AT)
    assert Display.objects.count() == 0


def test_asking_for_codes_without_end_is_refused(sunchang):
    for _try in range(30):
        start_pairing("10.0.0.1", at=AT)
    with pytest.raises(TooManyTries):
        start_pairing("10.0.0.1", at=AT)
    assert Pairing.objects.count() == 30


def test_a_broken_device_is_replaced_at_its_place(sunchang):
    display, old = a_display()
    waiting = start_pairing("127.0.0.1", at=SOON)
    pair_display(waiting.code, Spot("", instead_of=display.pk), by=SYSTEM, at=SOON)
    assert (display_of(waiting.token).name, Display.objects.count()) == ("민원실", 1)
    with pytest.raises(DisplayUnknown):
        display_of(old)


def test_a_screen_is_on_air_with_its_word_and_stale_without(sunchang):
    display, _token = a_display()
    record_heartbeat(display, Heartbeat(version="v", scene="첫 장독 상자"), at=AT)
    assert mark_stale(at=AT + SILENT_AFTER) == []
    assert mark_stale(at=AT + SILENT_AFTER * 2) == [display]
    display.refresh_from_db()
    record_heartbeat(display, Heartbeat(version="v"), at=AT + SILENT_AFTER * 3)
    moves = list(Transition.objects.filter(thing="displays.Display").values_list("before", "after", "by_kind"))
    assert moves == [("unpaired", "online", "screen"), ("online", "stale", "system"), ("stale", "online", "screen")]


def test_retiring_withdraws_the_token_and_may_be_repeated(sunchang):
    display, token = a_display()
    retire_display(display.pk, by=SYSTEM, at=SOON)
    again = retire_display(display.pk, by=SYSTEM, at=SOON + CODE_LIFE)
    assert (again.state, again.token_hash, again.retired_at) == (DisplayState.RETIRED, "", SOON)
    with pytest.raises(DisplayUnknown):
        display_of(token)


def test_the_screen_pairs_by_itself(mall):
    started = mall.post("/showroom/pair/start/").json()
    assert mall.get("/showroom/pair/status/", headers=bearing(started["token"])).json() == {"state": "waiting"}
    pair_display(started["code"], Spot("민원실"), by=SYSTEM, at=AT)
    assert mall.get("/showroom/pair/status/", headers=bearing(started["token"])).json() == {"state": "paired"}


def test_the_pages_of_a_screen_set_no_cookie(mall):
    for address in ("/showroom/pair/", "/showroom/player/", "/showroom/sw.js"):
        response = mall.get(address)
        assert (response.status_code, dict(response.cookies)) == (200, {})


def test_a_device_set_up_by_hand_holds_its_token(sunchang):
    display, token = install_display(Spot("역 광장"), at=AT)
    assert (display_of(token), display.state, Pairing.objects.count()) == (display, DisplayState.UNPAIRED, 0)
