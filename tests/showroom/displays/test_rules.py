import json
from datetime import date

import pytest

from showroom.displays.errors import BadReport
from showroom.displays.rules import Heartbeat, Played, Plays, signature, token_hash, version_of

TODAY = date(2026, 12, 1)
ROW = {"day": "2026-12-01", "scene": "a", "subject": "bundle:x", "plays": 2, "seconds": 24}


def batch(**changes):
    return json.dumps({"nonce": "12345678-abcd", "rows": [{**ROW, **changes}]}).encode()


def test_equal_tokens_of_two_municipalities_have_different_hashes():
    assert token_hash("sunchang", "t") != token_hash("boseong", "t")


def test_signature_hangs_on_every_byte_and_on_the_key():
    signed = signature("key", b"body")
    assert len({signed, signature("key", b"bodz"), signature("kez", b"body")}) == 3


def test_version_changes_with_a_price_and_with_the_screen():
    assert len({version_of({"price": 1}, 1), version_of({"price": 2}, 1), version_of({"price": 1}, 2)}) == 3


def test_rows_of_one_scene_and_day_are_one():
    body = json.dumps({"nonce": "12345678", "rows": [ROW, {**ROW, "plays": 3, "seconds": 36}]}).encode()
    assert Plays.read(body, TODAY).rows == (Played(TODAY, "a", "bundle:x", 5, 60),)


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2026-09-01"}, {"day": "2026-12-03"}, {"day": "gestern"}, {"plays": 0}, {"plays": -1}, {"plays": 1e9},
        {"plays": True}, {"plays": "2"}, {"seconds": None}, {"seconds": 10**6}, {"scene": ""}, {"scene": 7}, {"scene": "a\x00"},
    ],
)  # fmt: skip
def test_one_bad_row_refuses_the_batch(changes):
    with pytest.raises(BadReport):
        Plays.read(batch(**changes), TODAY)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"{", b'{"nonce": "x", "rows": []}', b'{"nonce": "12345678", "rows": 1}']
)
def test_what_is_no_batch_is_refused(body):
    with pytest.raises(BadReport):
        Plays.read(body, TODAY)


def test_heartbeat_is_cut_to_size():
    beat = Heartbeat.read(json.dumps({"version": "v", "scene": "x" * 999, "uptime": 7.9, "free": None}).encode())
    assert (beat.version, len(beat.scene), beat.uptime_seconds, beat.free_megabytes) == ("v", 120, 7, None)


@pytest.mark.parametrize(
    "body", [b"null", b'{"uptime": -1}', b'{"uptime": "1"}', b'{"error": ["x"]}', b'{"free": 1e300}']
)
def test_strange_heartbeats_are_refused(body):
    with pytest.raises(BadReport):
        Heartbeat.read(body)
