"""The mall's pages beside a bare Django listing, in the same run: ratios are the figures to trust."""

import os
import secrets
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bundles.plans.queries import offered
from config.demo import bundles, goods, people
from config.demo.content import Town
from config.up import ports, valkey
from core.actor import Actor
from core.clock import add_months, kst_date, now
from core.generation import raise_generation
from malls.storefront.pagecache import forget_pages
from malls.storefront.queries import on_shelf
from tenants.municipalities.door import inside_slug
from tenants.people.models import User
from tests.bench.servers import Load, database_url, load, serving
from tests.bench.towns import host_of, open_many

CATEGORY = "/subscriptions/"
ROUNDS = 3
HOUSE_PORT, FLOOR_PORT = 18_901, 18_902
MANY = 100
HOST = "sunchang.localhost"
Figures = dict[str, object]


def run() -> Figures:
    """Requests per second, p95 and SQL statements: cached, signed in and drawn anew; one municipality and many."""
    pages = _fill()
    visitor = _visitor()
    figures = _statements(pages, visitor)
    hosts = [host_of(one.municipality) for one in open_many(MANY)]
    with _cache() as cache, _house(cache), _floor():
        rounds = [_round(pages, visitor, hosts) for _ in range(ROUNDS)]
    for name in rounds[0]:
        figures[f"{name}_rps"] = statistics.median(one[name].rps for one in rounds)
        figures[f"{name}_p95_ms"] = statistics.median(one[name].p95 for one in rounds)
        figures[f"{name}_errors"] = sum(one[name].errors for one in rounds)
    for name in rounds[0]:
        figures[f"{name}_vs_floor"] = statistics.median(
            2 * one[name].rps / (one["floor"].rps + one["floor_again"].rps) for one in rounds
        )
    figures["many_vs_one"] = statistics.median(one["many"].rps / one["one"].rps for one in rounds)
    return figures


def _round(pages: dict[str, str], visitor: str, hosts: list[str]) -> dict[str, Load]:
    """The floor around the others, so that all see the same machine. `{n}` makes every address a new one."""
    mine = [HOST]
    for host in (mine, hosts):
        load(HOUSE_PORT, CATEGORY, hosts=host, cookie=visitor, seconds=2)  # each process has looked once
    found = {
        "floor": load(FLOOR_PORT, "/", hosts=mine),
        "cached": load(HOUSE_PORT, CATEGORY, hosts=mine),
    }
    for name, path in pages.items():
        found[f"{name}_signed_in"] = load(HOUSE_PORT, path, hosts=mine, cookie=visitor)
    return found | {
        "category_anew": load(HOUSE_PORT, CATEGORY + "?page={n}", hosts=mine, cookie=visitor),
        "one": load(HOUSE_PORT, CATEGORY, hosts=hosts[:1], cookie=visitor),
        "many": load(HOUSE_PORT, CATEGORY, hosts=hosts, cookie=visitor),
        "floor_again": load(FLOOR_PORT, "/", hosts=mine),
    }


def _fill() -> dict[str, str]:
    """A mall with its goods and boxes; the addresses that are measured."""
    town = Town("sunchang")
    at = now()
    with inside_slug("sunchang"):
        staff = people.hire(town)
        goods.take_in(town, by=Actor.of(staff["merchants"]), checker=Actor.of(staff["manager"]), at=at)
        month = add_months(kst_date(at).replace(day=1), -1)
        bundles.compose(town, month=month, by=Actor.of(staff["bundles"]), at=at)
        return {
            "home": "/",
            "category": CATEGORY,
            "bundle": f"/bundles/{offered(kst_date(at))[0].slug}/",
            "product": quote(f"/products/{on_shelf()[0].slug}/"),
            "search": f"/search/?q={quote('고추장')}",
        }


def _visitor() -> str:
    """The cookie of someone who is logged in."""
    client = Client(HTTP_HOST=HOST)
    with inside_slug("sunchang"):
        user = User.objects.create_user("visitor@example.kr", secrets.token_hex())
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _statements(pages: dict[str, str], visitor: str) -> Figures:
    """SQL statements and bytes of each page with a session, and of each once everything was forgotten."""
    figures: Figures = {}
    client = Client(HTTP_HOST=HOST, HTTP_COOKIE=visitor)
    for name, path in pages.items():
        client.get(path)
        figures[f"{name}_signed_in_statements"], figures[f"{name}_bytes"] = _asked(client, path)
        with inside_slug("sunchang"):
            raise_generation()
        forget_pages()
        figures[f"{name}_anew_statements"], _bytes = _asked(client, path)
    return figures


def _asked(client: Client, path: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    return len(seen), len(response.content)


@contextmanager
def _cache() -> Iterator[str]:
    """A Valkey of its own; its address."""
    port, password = ports.free_port(), secrets.token_hex()
    server = valkey.start(port, password, settings.ENV.data_dir)
    try:
        yield f"redis://:{password}@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def _house(cache: str) -> Iterator[None]:
    """Our own server as it runs in production, with demo's plain http."""
    values = {
        "GOEUL_MODE": "demo",
        "GOEUL_DATABASE_URL": database_url(),
        "GOEUL_DATA_DIR": str(settings.ENV.data_dir),
        "GOEUL_REDIS_URL": cache,
    }
    collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env={**os.environ, **values}, check=True)
    with serving("config.wsgi:application", HOUSE_PORT, **values):
        yield


@contextmanager
def _floor() -> Iterator[None]:
    """The reference page."""
    with serving("tests.bench.floor:application", FLOOR_PORT, FLOOR_DATABASE=database_url(), FLOOR_SCHEMA="sunchang"):
        yield
