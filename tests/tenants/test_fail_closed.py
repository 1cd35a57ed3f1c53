"""The search path is certain or nothing runs, whatever cancels, rolls back or aborts."""

import threading
import time

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper

from tenants.backend.base import SearchPathUncertain
from tenants.municipalities.door import inside_slug
from tenants.people.models import User
from tests.conftest import MallClient

CANARY = {"sunchang": "canary-sunchang@x.example", "boseong": "canary-boseong@x.example"}


@pytest.fixture
def canaries(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        for slug, email in CANARY.items():
            with inside_slug(slug):
                User.objects.create_user(email)
        yield
        for slug in CANARY:
            with inside_slug(slug):
                User.objects.all().delete()


@pytest.fixture(params=["a connection each", "a pool"])
def connecting(request, canaries):
    """As tests connect, and as production does."""
    options = connections.settings["default"]["OPTIONS"]
    if request.param == "a pool":
        connection.close()
        options["pool"] = {"min_size": 1, "max_size": 3, "timeout": 10}
    yield
    if options.pop("pool", None):
        connection.close()
        connection.close_pool()


def test_a_storm_of_cancelled_statements_never_reads_the_other_municipality(connecting):
    stop = time.monotonic() + 5
    wrong, right, pids = [], [], set()

    def read() -> None:
        while time.monotonic() < stop:
            for slug, email in CANARY.items():
                try:
                    with inside_slug(slug):
                        pids.add(_pid())
                        found = list(User.objects.values_list("email", flat=True))
                except Error:
                    continue
                (right if found == [email] else wrong).append(found)
        connection.close()

    def cancel() -> None:
        with psycopg.connect(autocommit=True, **_login()) as admin:
            while time.monotonic() < stop:
                for pid in pids.copy():
                    admin.execute("SELECT pg_cancel_backend(%s)", [pid])
                time.sleep(0.002)

    threads = [threading.Thread(target=read) for _ in range(4)] + [threading.Thread(target=cancel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(right) > 100


def test_a_failed_search_path_runs_nothing(sunchang, monkeypatch):
    def swallow(self, cursor=None):
        """What django-tenants does when the SET fails."""
        self.search_path_set_schemas = None

    monkeypatch.setattr(TenantDatabaseWrapper, "_handle_search_path", swallow)
    with pytest.raises(SearchPathUncertain):
        User.objects.count()


def test_a_rolled_back_savepoint_keeps_the_municipality(sunchang):
    User.objects.create_user(CANARY["sunchang"])

    def fail() -> None:
        with transaction.atomic():
            User.objects.create_user(CANARY["boseong"])
            raise ZeroDivisionError

    with inside_slug("boseong"), pytest.raises(ZeroDivisionError):
        fail()
    assert list(User.objects.values_list("email", flat=True)) == [CANARY["sunchang"]]


@pytest.fixture
def replica(canaries):
    """A further alias, as for a database to read from."""
    connections.settings["replica"] = dict(connections.settings["default"])
    yield connections["replica"]
    connections["replica"].close()
    del connections["replica"], connections.settings["replica"]


def test_every_alias_enters_and_leaves_with_the_first(replica):
    assert {type(connections[alias]).__module__ for alias in connections} == {"tenants.backend.base"}
    for slug, email in CANARY.items():
        with inside_slug(slug):
            assert list(User.objects.using("replica").values_list("email", flat=True)) == [email]
        assert replica.schema_name == "public"
    MallClient("sunchang.localhost").get("/login/")
    assert (connection.schema_name, replica.schema_name) == ("sunchang", "sunchang")


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _login() -> dict[str, str]:
    database = connection.settings_dict
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {name: str(database[key]) for name, key in names.items() if database.get(key)}
