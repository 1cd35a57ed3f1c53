"""The subscription category page beside a bare Django listing, in the same run: ratios are the figures to trust."""

import os
import statistics
import subprocess
import sys

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.demo import bundles, goods, people
from config.demo.content import Town
from core.actor import Actor
from core.clock import add_months, kst_date, now
from malls.storefront.pagecache import forget_pages
from tenants.municipalities.door import inside_slug
from tests.bench.servers import Load, database_url, load, serving
from tests.bench.tenancy import many

PATH = "/subscriptions/"
ROUNDS = 3
HOUSE_PORT, FLOOR_PORT = 18_901, 18_902
MANY = 100


def run() -> dict[str, object]:
    """Requests per second, p95 and SQL statements of the page, cached and not; one municipality and many."""
    _fill()
    house = {"GOEUL_MODE": "demo", "GOEUL_DATABASE_URL": database_url(), "GOEUL_DATA_DIR": str(settings.ENV.data_dir)}
    collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env={**os.environ, **house}, check=True)
    floor = {"FLOOR_DATABASE": database_url(), "FLOOR_SCHEMA": "sunchang"}
    figures: dict[str, object] = {"statements_uncached": _statements()}
    with (
        many(MANY) as hosts,
        serving("config.wsgi:application", HOUSE_PORT, **house),
        serving("tests.bench.floor:application", FLOOR_PORT, **floor),
    ):
        signed_in = f"{settings.SESSION_COOKIE_NAME}=none"
        rounds = [_round(signed_in, hosts) for _ in range(ROUNDS)]
    for name in rounds[0]:
        figures[f"{name}_rps"] = statistics.median(one[name].rps for one in rounds)
        figures[f"{name}_p95_ms"] = statistics.median(one[name].p95 for one in rounds)
        figures[f"{name}_errors"] = sum(one[name].errors for one in rounds)
    for name in ("cached", "uncached"):
        figures[f"{name}_vs_floor"] = statistics.median(one[name].rps / one["floor"].rps for one in rounds)
    figures["many_vs_one"] = statistics.median(one["many_uncached"].rps / one["one_uncached"].rps for one in rounds)
    return figures


def _round(cookie: str, hosts: list[str]) -> dict[str, Load]:
    """The floor between the others, so that all see the same machine. A cookie that opens nothing avoids the cache."""
    mine = ["sunchang.localhost"]
    return {
        "cached": load(HOUSE_PORT, PATH, hosts=mine),
        "floor": load(FLOOR_PORT, "/", hosts=mine),
        "uncached": load(HOUSE_PORT, PATH, hosts=mine, cookie=cookie),
        "one_uncached": load(HOUSE_PORT, PATH, hosts=hosts[:1], cookie=cookie),
        "many_uncached": load(HOUSE_PORT, PATH, hosts=hosts, cookie=cookie),
    }


def _fill() -> None:
    town = Town("sunchang")
    at = now()
    with inside_slug("sunchang"):
        staff = people.hire(town)
        goods.take_in(town, by=Actor.of(staff["merchants"]), checker=Actor.of(staff["manager"]), at=at)
        month = add_months(kst_date(at).replace(day=1), -1)
        bundles.compose(town, month=month, by=Actor.of(staff["bundles"]), at=at)


def _statements() -> int:
    """SQL statements of one uncached page."""
    client = Client(HTTP_HOST="sunchang.localhost")
    client.get(PATH)
    forget_pages()
    client.cookies[settings.SESSION_COOKIE_NAME] = "none"
    client.get(PATH)
    with CaptureQueriesContext(connection) as seen:
        client.get(PATH)
    return len(seen)
