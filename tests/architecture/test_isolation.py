"""Two towns with the same ids; whoever asks in one for anything of the other sees nothing of it."""

import threading
from itertools import product

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from bundles.vouchers.models import Voucher
from malls.orders.models import Order
from tenants.municipalities.door import inside_slug, outside
from tenants.people.models import User
from tests.architecture.urls import filled, patterns
from tests.conftest import MallClient
from tests.factories.town import live_a_month, small_town

MARKS = {"sunchang": "CANARYA", "boseong": "CANARYB"}
LEFT_OUT = ("logout", "failwhale", "test404")
"""Leaving would end the crawl; the others are Wagtail's own trials of error pages."""


SEEN = {"anonymous": 3, "resident": 10, "seller": 5, "gate": 5, "manager": 100, "root": 100}
"""On how many pages each role sees its own town's marks at least: so many could show the other's."""


@pytest.fixture
def towns(sunchang):
    found = {}
    for slug, mark in MARKS.items():
        with inside_slug(slug):
            found[slug] = small_town(mark)
            live_a_month(found[slug])
            User.objects.create_superuser(f"root@{mark.lower()}.example", "pw")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anonymous", "resident", "seller", "gate", "manager", "root"])
def test_no_address_shows_the_other_town(towns, role):
    with inside_slug("boseong"):
        theirs = {"code": Voucher.objects.get().code, "number": Order.objects.get().number, "slug": "bundle"}
        wanted = [one for one in patterns() if role in {"root", "manager"} or not one.startswith("cms/")]
        paths = [filled(pattern, theirs) for pattern in wanted if not any(word in pattern for word in LEFT_OUT)]
    client = _client("sunchang", role)
    client.raise_request_exception = False
    leaks, broken, own = [], [], 0
    for path in paths:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if b"CANARYB" in body or "CANARYB" in str(dict(answer.headers)):
            leaks.append(path)
        own += b"CANARYA" in body
        if answer.status_code >= 500:
            broken.append((path, answer.status_code))
    assert leaks == []
    assert broken == []
    assert own >= SEEN[role]
    assert len(paths) > 40


def test_a_cookie_of_one_town_opens_nothing_in_the_other(towns):
    mine = _client("sunchang", "root")
    theirs = MallClient("boseong.localhost")
    theirs.cookies = mine.cookies
    assert theirs.get("/cms/").status_code == 302
    assert theirs.get("/my/").status_code == 302


def test_cached_pages_under_eight_threads_stay_at_home(towns, django_db_blocker):
    """Equal paths, equal ids, warm caches: each host keeps its own."""
    cache.clear()
    for slug, mark in MARKS.items():
        assert MallClient(f"{slug}.localhost").get("/bundles/bundle/").content.decode().count(mark) > 0
    wrong = []

    def read(slug: str) -> None:
        client = MallClient(f"{slug}.localhost")
        other = next(mark for name, mark in MARKS.items() if name != slug)
        for _ in range(25):
            body = client.get("/bundles/bundle/").content.decode()
            if other in body or MARKS[slug] not in body:
                wrong.append(slug)
        connection.close()

    threads = [threading.Thread(target=read, args=(slug,)) for slug in MARKS for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture
def files(sunchang, settings, tmp_path):
    """In each town, public and private: a file of the same name and one of its own."""
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    for slug, mark in MARKS.items():
        with inside_slug(slug):
            for storage, name in product(storages.backends, ("same", mark)):
                if storage != "staticfiles":
                    storages[storage].save(f"images/{name}.png", ContentFile(f"{mark} {storage}".encode()))
    return tmp_path


def test_a_media_path_cannot_name_another_town(files, mall, other_mall):
    shown = [b"".join(host.get("/media/images/same.png").streaming_content) for host in (mall, other_mall)]
    assert shown == [b"CANARYA default", b"CANARYB default"]
    for path in (
        "images/CANARYB.png",
        "boseong/images/CANARYB.png",
        "../boseong/images/CANARYB.png",
        "images/../../boseong/images/CANARYB.png",
        "images/%2e%2e/%2e%2e/boseong/images/CANARYB.png",
        f"images/{files}/media/boseong/images/CANARYB.png",
        "images/../../../private/sunchang/images/CANARYA.png",
    ):
        assert mall.get(f"/media/{path}").status_code == 404, path


@pytest.mark.parametrize("kind", ["default", "private"])
def test_files_are_kept_and_found_in_their_own_town(files, kind):
    storage = storages[kind]
    with storage.open("images/same.png") as file:
        assert file.read() == f"CANARYA {kind}".encode()
    assert not storage.exists("images/CANARYB.png")
    for path in ("../boseong/images/CANARYB.png", f"{files}/{kind}/boseong/images/CANARYB.png"):
        with pytest.raises(SuspiciousFileOperation):
            storage.open(path)
    with outside(), pytest.raises(RuntimeError):
        storage.open("images/same.png")


def _client(slug: str, role: str) -> Client:
    client = MallClient(f"{slug}.localhost")
    if role != "anonymous":
        with inside_slug(slug):
            client.force_login(User.objects.get(email=f"{role}@{MARKS[slug].lower()}.example"))
    return client


def test_searching_for_the_other_town_finds_nothing(towns, mall, other_mall):
    assert "CANARYB 꾸러미" not in mall.get("/search/?q=CANARYB").content.decode()
    assert "CANARYB 꾸러미" in other_mall.get("/search/?q=CANARYB").content.decode()


def test_a_password_link_of_one_town_is_refused_in_the_other(towns, mall, other_mall):
    with inside_slug("boseong"):
        user = User.objects.get(email="resident@canaryb.example")
        link = f"/password/{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}/"
    new = {"new_password1": "a-Long-enough-1", "new_password2": "a-Long-enough-1"}
    with inside_slug("sunchang"):
        before = list(User.objects.order_by("pk").values_list("password", flat=True))
        mall.post(mall.get(link, follow=True).request["PATH_INFO"], new)
        assert list(User.objects.order_by("pk").values_list("password", flat=True)) == before
