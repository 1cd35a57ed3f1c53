import gc
import hashlib
import json

import pytest
from django.core.cache import cache

from bundles.plans.models import Bundle
from core.actor import SYSTEM
from showroom.displays.actions import retire_display
from showroom.displays.models import Display, PlayCount, ShortLink
from showroom.displays.rules import signature, token_hash
from showroom.playlists.models import Playlist
from tests.showroom.world import SOON, a_bundle, a_display, bearing, reprice

BUNDLES = [("bundles", {"how_many": 5, "seconds": 12})]


@pytest.fixture
def screen(sunchang):
    a_bundle()
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = BUNDLES
    playlist.save()
    return a_display()


def ask(client, token, **headers):
    return client.get("/showroom/manifest.json", headers={**bearing(token), **headers})


def test_the_manifest_tells_the_true_price(mall, screen):
    (scene,) = ask(mall, screen[1]).json()["scenes"]
    assert (scene["kind"], scene["title"], scene["subject"]) == ("bundle", "첫 장독 상자", "bundle:jangdok")
    assert scene["price"]["amount"] == 43_900
    assert scene["price"]["cut"] == 12


def test_the_manifest_is_signed_with_the_key_of_this_screen(mall, screen):
    display, token = screen
    response = ask(mall, token)
    assert response.headers["Goeul-Signature"] == signature(token_hash("sunchang", token), response.content)
    assert display.token_hash == token_hash("sunchang", token)


def test_every_picture_is_named_with_hash_and_size_and_can_be_fetched(mall, screen):
    manifest = ask(mall, screen[1]).json()
    assert [file["url"] for file in manifest["files"]] == [scene["picture"] for scene in manifest["scenes"]]
    for file in manifest["files"]:
        body = mall.get(file["url"]).content
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (file["sha256"], file["size"])


def test_an_unchanged_manifest_costs_two_statements(mall, screen, django_assert_num_queries):
    version = ask(mall, screen[1]).headers["ETag"]
    with django_assert_num_queries(2):  # the search path, the screen
        response = ask(mall, screen[1], **{"If-None-Match": version})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["Goeul-Signature"] == signature(
        screen[0].token_hash, f"{version.strip(chr(34))}\n{response.headers['Goeul-Time']}".encode()
    )


def test_a_new_price_is_a_new_manifest(mall, screen):
    version = ask(mall, screen[1]).headers["ETag"]
    reprice(Bundle.objects.get(), 39_900)
    cache.clear()
    response = ask(mall, screen[1], **{"If-None-Match": version})
    assert response.status_code == 200
    assert response.json()["scenes"][0]["price"]["amount"] == 39_900


def test_what_leaves_the_mall_leaves_the_manifest(mall, screen):
    Bundle.objects.update(is_listed=False)
    cache.clear()
    assert ask(mall, screen[1]).json()["scenes"] == []


@pytest.mark.parametrize("count", [1, 12])
def test_statements_do_not_grow_with_the_scenes(mall, screen, count, django_assert_max_num_queries):
    for number in range(count):
        a_bundle(f"b{number}", f"상자 {number}")
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [("bundles", {"how_many": 12, "seconds": 12})]
    playlist.save()
    with django_assert_max_num_queries(12):
        ask(mall, screen[1])


def test_a_wrong_token_learns_nothing_and_changes_nothing(mall, screen):
    before = Display.objects.values().get()
    for token in ("", "sunchang.wrong", "wrong", "boseong." + screen[1].partition(".")[2], screen[1] + "x"):
        for response in (
            ask(mall, token),
            mall.post("/showroom/heartbeat/", '{"version": "evil"}', "application/json", headers=bearing(token)),
            mall.post("/showroom/plays/", "{}", "application/json", headers=bearing(token)),
        ):
            assert (response.status_code, response.json()["code"]) == (401, "display_unknown")
    assert mall.get("/showroom/manifest.json").status_code == 401
    assert Display.objects.values().get() == before


def test_a_token_of_one_municipality_is_nothing_in_another(mall, other_mall, screen):
    response = ask(other_mall, screen[1])
    assert (response.status_code, response.json()["code"]) == (401, "display_unknown")
    assert "첫 장독" not in response.content.decode()
    assert ask(mall, screen[1]).status_code == 200


def test_a_retired_screen_is_sent_to_pairing_by_its_next_poll(mall, screen):
    version = ask(mall, screen[1]).headers["ETag"]
    retire_display(screen[0].pk, by=SYSTEM, at=SOON)
    response = ask(mall, screen[1], **{"If-None-Match": version})
    assert (response.status_code, response.json()["code"]) == (401, "display_unknown")


def test_a_batch_of_plays_counts_once(mall, screen):
    today = mall.get("/showroom/manifest.json", headers=bearing(screen[1])).json()["issued_at"][:10]
    batch = {
        "nonce": "11111111-aaaa",
        "rows": [{"day": today, "scene": "k", "subject": "s", "plays": 3, "seconds": 36}],
    }
    answers = [
        mall.post("/showroom/plays/", json.dumps(batch), "application/json", headers=bearing(screen[1])).json()
        for _time in range(3)
    ]
    assert answers == [{"ok": True, "new": True}, {"ok": True, "new": False}, {"ok": True, "new": False}]
    assert list(PlayCount.objects.values_list("scene", "plays", "seconds")) == [("k", 3, 36)]


def test_the_short_address_leads_to_the_bundle_and_is_counted(mall, screen):
    link = ask(mall, screen[1]).json()["scenes"][0]["link"]
    code = link["text"].rpartition("/")[2]
    for _visit in range(2):
        response = mall.get(f"/s/{code.lower()}")
        assert (response.status_code, response.headers["Location"]) == (302, "/bundles/jangdok/")
    known = ShortLink.objects.get(code=code)
    assert [visits.count for visits in known.visits.all()] == [2]
    assert mall.get("/s/NOPE22").headers["Location"] == "/"


def test_a_screen_keeps_its_short_addresses(mall, screen):
    first = ask(mall, screen[1]).json()["scenes"][0]["link"]
    reprice(Bundle.objects.get(), 1_000)
    cache.clear()
    assert ask(mall, screen[1]).json()["scenes"][0]["link"] == first


def a_photograph():
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    return Image.objects.create(title="강천산", file=get_test_image_file())


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves its spooled file to the collector
def test_a_photograph_is_carried_with_its_hash(mall, screen):
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = [("picture", {"image": a_photograph(), "title": "강천산에 첫눈이 왔어요", "seconds": 10})]
    playlist.save()
    manifest = ask(mall, screen[1]).json()
    (scene,), (file,) = manifest["scenes"], manifest["files"]
    body = mall.get(file["url"]).getvalue()
    gc.collect()
    assert (scene["kind"], scene["picture"]) == ("picture", file["url"])
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (file["sha256"], file["size"])


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_photograph_whose_file_is_gone_holds_nobody_up(mall, screen):
    bundle = Bundle.objects.get()
    bundle.image = a_photograph()
    bundle.save()
    bundle.image.file.storage.delete(bundle.image.file.name)
    manifest = ask(mall, screen[1]).json()
    assert [file["url"] for file in manifest["files"]] == [manifest["scenes"][0]["picture"]]
    assert manifest["scenes"][0]["picture"].startswith("/showroom/art/")
    gc.collect()
