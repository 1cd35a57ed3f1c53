import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from core.generation import generation
from malls.storefront import pagecache
from malls.storefront.models import HomePage, MallSettings
from malls.storefront.pagecache import forget_pages, may_be_copied
from tests.malls.storefront import shelf


@pytest.fixture(autouse=True)
def _fresh():
    forget_pages()


@pytest.fixture
def at_once(monkeypatch, django_capture_on_commit_callbacks):
    """The generation rises at once: tests never commit."""
    from core import generation as g

    monkeypatch.setattr(g, "raise_generation", g._raise)
    return g._raise


def test_the_second_visit_asks_the_database_nothing(mall):
    first = mall.get("/products/")
    with CaptureQueriesContext(connection) as asked:
        second = mall.get("/products/")
    assert len(asked) == 0
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_raising_the_generation_makes_copies_old(mall, at_once, monkeypatch):
    mall.get("/products/")
    shelf.product(shelf.merchant())
    at_once()
    forget_pages()
    assert "찹쌀고추장" in mall.get("/products/").content.decode()


def test_without_a_raise_a_copy_stands(mall):
    mall.get("/products/")
    shelf.product(shelf.merchant())
    forget_pages()
    assert "찹쌀고추장" not in mall.get("/products/").content.decode()


def test_own_memory_is_trusted_for_a_second_only(mall, at_once, monkeypatch):
    mall.get("/products/")
    shelf.product(shelf.merchant())
    at_once()
    assert "찹쌀고추장" not in mall.get("/products/").content.decode()
    later = time.monotonic() + pagecache.FRESH_SECONDS
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: later)
    assert "찹쌀고추장" in mall.get("/products/").content.decode()


def test_two_malls_never_share_a_copy(mall, other_mall):
    home = HomePage.objects.get()
    home.headline = "순창만의 문장"
    home.save()
    assert "순창만의 문장" in mall.get("/").content.decode()
    assert "순창만의 문장" not in other_mall.get("/").content.decode()


def test_forms_are_never_copied(mall):
    assert mall.get("/login/").content != mall.get("/login/").content


def test_a_page_that_is_not_there_is_not_copied(mall):
    mall.get("/products/none/")
    with CaptureQueriesContext(connection) as asked:
        assert mall.get("/products/none/").status_code == 404
    assert len(asked) > 0


def test_compressed_answers_say_so(mall):
    plain = mall.get("/notices/")
    zipped = mall.get("/notices/", HTTP_ACCEPT_ENCODING="gzip")
    assert zipped["Content-Encoding"] == "gzip"
    assert len(zipped.content) < len(plain.content)


def test_generation_rises_only_after_commit(sunchang, django_capture_on_commit_callbacks):
    before = generation()
    with django_capture_on_commit_callbacks(execute=True):
        mall_settings = MallSettings.for_site(Site.objects.get())
        mall_settings.slogan = "새 문장"
        mall_settings.save()
        assert generation() == before
    assert generation() > before


def test_a_lost_generation_is_not_the_old_one(sunchang):
    before = generation()
    cache.clear()
    assert generation() != before


@pytest.mark.parametrize(
    ("path", "may"), [("/search/?q=a", False), ("/products/?x=1", False), ("/products/?page=2", True)]
)
def test_searches_and_unknown_filters_are_not_copied(path, may):
    assert may_be_copied(RequestFactory().get(path)) is may


def test_browsers_ask_again(mall):
    assert mall.get("/products/")["Cache-Control"] == "private, no-cache"
