"""Two municipalities with the same ids are always there; each test runs in a transaction that is rolled back."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tenants.municipalities import middleware
from tenants.municipalities.actions import open_municipality
from tenants.municipalities.door import inside, inside_slug, outside
from tenants.municipalities.middleware import forget_hosts
from tenants.municipalities.models import Municipality
from tenants.municipalities.provisioning import drop_schema
from tenants.municipalities.registry import local_governments
from tests import database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of quick tests come first, then those with slow ones, a browser's before all: no core waits for the last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path in slow, item.get_closest_marker("browser") is None))


def pytest_collection_finish() -> None:
    """What was imported stays for good: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        database.create()
    yield
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees another one's cache, remembered hosts or municipality; a slow machine asks no host twice."""
    monkeypatch.setattr(middleware, "KNOWN_SECONDS", 3_600.0)
    cache.clear()
    forget_hosts()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def sunchang(db: None) -> Iterator[Municipality]:
    """Inside 순창군."""
    with inside_slug("sunchang") as tenant:
        yield tenant


@pytest.fixture
def boseong(db: None) -> Iterator[Municipality]:
    """Inside 보성군; with `sunchang` too, the fixture named later is the one that is entered."""
    with inside_slug("boseong") as tenant:
        yield tenant


@contextmanager
def lasting_town(slug: str) -> Iterator[Municipality]:
    """A further municipality where work is really committed; gone afterwards."""
    with outside():
        taken = set(Municipality.objects.values_list("code", flat=True))
    code = next(code for code in local_governments() if code not in taken)
    tenant = open_municipality(code, slug, "시험군").municipality
    try:
        yield tenant
    finally:
        drop_schema(tenant.schema_name)
        with outside():
            Municipality.objects.filter(pk=tenant.pk).delete()
        forget_hosts()


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    """Inside a municipality of its own where work is really committed: for threads, processes and races."""
    with django_db_blocker.unblock(), lasting_town("scratch") as tenant, inside(tenant):
        yield tenant


class MallClient(Client):
    """A browser on one mall's host."""

    def __init__(self, host: str) -> None:
        super().__init__(HTTP_HOST=host)


@pytest.fixture
def mall(sunchang: Municipality) -> MallClient:
    """A visitor of sunchang.localhost."""
    return MallClient("sunchang.localhost")


@pytest.fixture
def other_mall(sunchang: Municipality) -> MallClient:
    """A visitor of boseong.localhost."""
    return MallClient("boseong.localhost")
