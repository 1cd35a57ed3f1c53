import re

import pytest

from core.clock import now
from showroom.displays.actions import record_heartbeat, start_pairing
from showroom.displays.models import Display, DisplayState
from showroom.displays.queries import glasses, wanted_version
from showroom.displays.rules import Heartbeat
from showroom.playlists.models import Playlist
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.showroom.world import a_display


def logged_in(client, duty):
    from django.contrib.auth.models import Group

    user = User.objects.create_user(f"{duty.name.lower()}@example.kr", "x", is_staff=True)
    user.groups.add(Group.objects.get(name=duty))
    client.force_login(user)
    return client


@pytest.fixture
def editor(mall):
    return logged_in(mall, Duty.SHOWROOM)


def pair(client, code, **fields):
    form = {"code": code, "name": "민원실", "place": "", "playlist": "", "instead_of": ""}
    return client.post("/cms/displays/new/", {**form, **fields})


def test_staff_type_in_what_the_screen_shows(editor):
    code = start_pairing("127.0.0.1", at=now()).code
    assert pair(editor, f"{code[:3]} {code[3:]}").status_code == 302
    assert Display.objects.get().state == DisplayState.UNPAIRED


@pytest.mark.parametrize(
    ("code", "fields", "sentence"),
    [
        ("12345", {}, "코드는 숫자 여섯 자리입니다."),
        ("١٢٣٤٥٦", {}, "코드는 숫자 여섯 자리입니다."),
        ("", {}, "필수"),
        ("999999", {}, "코드 999999 를 보여 주는 화면이 없습니다."),
        ("999999", {"name": ""}, "자리의 이름을 적어 주십시오."),
    ],
)
def test_a_wrong_code_is_explained_and_changes_nothing(editor, code, fields, sentence):
    response = pair(editor, code, **fields)
    assert response.status_code == 200
    assert sentence in re.sub(r"\s+", " ", response.content.decode())
    assert Display.objects.count() == 0


def test_the_light_is_red_until_the_glass_confirms(editor):
    display, _token = a_display()
    record_heartbeat(display, Heartbeat(version="older", scene="첫 장독 상자"), at=now())
    page = editor.get("/cms/displays/").content.decode()
    assert ("아직 화면에 없음" in page, "첫 장독 상자" in page) == (True, True)
    record_heartbeat(display, Heartbeat(version=wanted_version(display)), at=now())
    assert "편성대로 나옴" in editor.get("/cms/displays/").content.decode()


def test_publishing_turns_the_light_red_again(sunchang, django_capture_on_commit_callbacks):
    display, _token = a_display()
    record_heartbeat(display, Heartbeat(version=wanted_version(display)), at=now())
    assert glasses([Display.objects.get()], at=now())[0].is_true
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [("message", {"title": "새 소식", "seconds": 10})]
    with django_capture_on_commit_callbacks(execute=True):
        playlist.save_revision().publish()
    assert not glasses([Display.objects.get()], at=now())[0].is_true


def test_a_draft_is_not_on_the_glass(sunchang):
    display, _token = a_display()
    before = wanted_version(display)
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [("message", {"title": "아직 초안", "seconds": 10})]
    playlist.save_revision()
    assert wanted_version(display) == before


def test_statements_of_the_list_do_not_grow_with_the_screens(editor, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for goal in (1, 30):
        for number in range(Display.objects.count(), goal):
            Display.objects.create(name=f"화면 {number}")
        editor.get("/cms/displays/?p=1")
        with CaptureQueriesContext(connection) as seen:
            editor.get("/cms/displays/?p=1")
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1  # the second page of the list is counted once


def test_retiring_asks_first(editor):
    display, _token = a_display()
    assert "내리시겠습니까" in editor.get(f"/cms/displays/delete/{display.pk}/").content.decode()
    assert Display.objects.get().state == DisplayState.UNPAIRED
    editor.post(f"/cms/displays/delete/{display.pk}/")
    assert (Display.objects.get().state, Display.objects.get().token_hash) == (DisplayState.RETIRED, "")


def test_a_screen_has_a_page_of_its_own(editor):
    display, _token = a_display()
    assert "송출 기록" in editor.get(f"/cms/displays/inspect/{display.pk}/").content.decode()


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_the_preview_is_the_glass(editor, orientation):
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [("message", {"title": "JANG", "seconds": 10})]
    response = playlist.make_preview_request(
        preview_mode=orientation, original_request=editor.get("/cms/").wsgi_request
    )
    page = response.content.decode()
    assert (f'data-orientation="{orientation}"' in page, "JANG" in page) == (True, True)


@pytest.mark.parametrize(("duty", "status"), [(Duty.FINANCE, 302), (Duty.SUPPORT, 302), (Duty.SHOWROOM, 200)])
def test_only_the_showroom_desk_pairs(mall, duty, status):
    assert logged_in(mall, duty).get("/cms/displays/new/").status_code == status


def test_the_command_lists_what_each_screen_shows(sunchang, capsys):
    from django.utils.translation import override

    from config.commands.displays import displays

    display, _token = a_display()
    record_heartbeat(display, Heartbeat(version="x", scene="첫 장독 상자"), at=now())
    with override("ko"):
        displays.main(["list", "--municipality", "sunchang", "--json"], standalone_mode=False)
    out = capsys.readouterr().out
    assert ('"name": "민원실"' in out, '"verdict": "behind"' in out) == (True, True)
