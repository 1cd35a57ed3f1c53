"""Visitors with a session see everyone's page, with their own links and messages."""

import re

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core import generation as g
from malls.storefront.pagecache import SAME_FOR_ALL, forget_pages
from tests.malls.storefront import shelf
from tests.malls.storefront.test_my import resident

PAGES = ("/", "/products/", "/products/찹쌀고추장/", "/subscriptions/", "/stories/", "/exhibitions/", "/notices/")


@pytest.fixture
def me(mall):
    """A resident who is logged in, on a mall that sells something."""
    forget_pages()
    shelf.product(shelf.merchant())
    who = resident("haneul@example.kr")
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    return who


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_as_if_it_were_drawn_for_its_visitor(mall, me, path, monkeypatch):
    kept = mall.get(path)
    monkeypatch.setattr("malls.storefront.pagecache.SAME_FOR_ALL", re.compile("(?!)"))
    drawn = mall.get(path)
    assert _lines(kept) == _lines(drawn)
    assert kept["Content-Security-Policy"] == drawn["Content-Security-Policy"]
    assert "로그아웃" in kept.content.decode()


def _lines(response):
    """What a browser shows: without the marks between which the page cache puts."""
    html = re.sub(r"<!--/?(person|messages)-->", "\n", response.content.decode())
    return [line.strip() for line in html.splitlines() if line.strip()]


@pytest.mark.parametrize("path", PAGES)
def test_a_known_visitor_costs_no_statement_for_the_page_itself(mall, me, path):
    mall.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert mall.get(path).status_code == 200
    asked_of = [query["sql"].partition(" FROM ")[2].split()[0] for query in asked if "SELECT" in query["sql"]]
    assert set(asked_of) <= {'"django_session"', '"people_user"', '"municipalities_domain"'}


def test_nobody_else_sees_the_links(mall, me, client):
    mall.get("/products/")
    forget_pages()
    html = client.get("/products/", HTTP_HOST="sunchang.localhost").content.decode()
    assert "로그아웃" not in html
    assert "/signup/" in html


def test_a_message_is_shown_once_and_to_its_visitor_only(mall, me, client):
    mall.get("/products/")
    request = RequestFactory().get("/")
    request.session = SessionStore(mall.session.session_key)
    request._messages = FallbackStorage(request)
    messages.success(request, "주소를 저장했어요.")
    reply = mall.get("/logout/")
    request._messages.update(reply)
    request.session.save()
    mall.cookies.update(reply.cookies)
    assert "주소를 저장했어요." in mall.get("/products/").content.decode()
    assert "주소를 저장했어요." not in mall.get("/products/").content.decode()
    assert "주소를 저장했어요." not in client.get("/products/", HTTP_HOST="sunchang.localhost").content.decode()


def test_a_change_is_seen_with_the_next_look(mall, me, django_capture_on_commit_callbacks):
    mall.get("/products/")
    with django_capture_on_commit_callbacks(execute=True):
        shelf.product(shelf.merchant("다른상점", "1234567890"), name="햅쌀", slug="rice")
        g.raise_generation()
    assert "햅쌀" in mall.get("/products/").content.decode()


def test_what_is_not_there_stays_away(mall, me):
    assert mall.get("/products/none/").status_code == 404


def test_two_malls_never_share(mall, me, other_mall):
    assert "찹쌀고추장" in mall.get("/products/").content.decode()
    other_mall.cookies["goeul"] = "something"
    assert "찹쌀고추장" not in other_mall.get("/products/").content.decode()


@pytest.mark.parametrize(
    "path", ["/bundles/box/subscribe/", "/my/", "/login/", "/search/", "/terms/", "/products/a/b/"]
)
def test_pages_that_know_their_visitor_are_not_the_same_for_all(path):
    assert not SAME_FOR_ALL.fullmatch(path)
