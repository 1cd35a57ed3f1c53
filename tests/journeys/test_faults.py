"""What goes wrong around a running house: the same thing at the same moment, and a database that is away for ten seconds."""

import http.client
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from psycopg.conninfo import make_conninfo

from bundles.subscriptions.models import Subscription
from bundles.vouchers.models import Redemption, Voucher, VoucherState
from config.up import postgres
from malls.payments.models import ProviderAccount
from tenants.municipalities.door import inside_slug
from tests.factories.town import SmallTown, small_town
from tests.journeys.house import House, database_url, running, together, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AWAY_SECONDS = 10.0
PATHS = ("/", "/subscriptions/", "/login/", "/bundles/bundle/")
CALM = "잠시 뒤에 다시 시도해 주세요"


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    cookies: dict[str, str]


def ask(
    house: House, path: str, *, cookies: dict[str, str] | None = None, form: dict[str, str] | None = None
) -> Answer:
    """One request to 순창군 on a connection of its own; status 0 when nothing came back."""
    wire = http.client.HTTPConnection("127.0.0.1", house.port, timeout=40)
    host = f"sunchang.localhost:{house.port}"
    headers = {"Host": host, "Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())}
    if form is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
    wire.request("POST" if form is not None else "GET", path, urlencode(form) if form is not None else None, headers)
    answer = wire.getresponse()
    set_cookies = dict(re.findall(r"^([^=;,\s]+)=([^;]*)", line)[0] for line in answer.msg.get_all("Set-Cookie", []))
    said = Answer(answer.status, answer.read().decode(), set_cookies)
    wire.close()
    return said


@pytest.fixture(scope="module")
def town(house: House) -> SmallTown:
    """순창군 with one of everything, really committed."""
    with inside_slug("sunchang"):
        return small_town("DEMO")


@pytest.fixture(autouse=True)
def _inside(town: SmallTown) -> Iterator[None]:
    with inside_slug("sunchang"):
        yield


def logged_in(user: Any) -> dict[str, str]:
    client = Client(HTTP_HOST="sunchang.localhost")
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def test_pressing_twice_at_the_same_moment_makes_one_subscription_and_one_charge(house: House, town: SmallTown) -> None:
    mine = logged_in(town.resident.user)
    page = ask(house, "/bundles/bundle/subscribe/", cookies=mine)
    assert page.status == 200
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    choice = re.search(r'name="choice"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="choice"', page.text)
    assert choice
    form = {
        **fields, "choice": choice[1] or choice[2], "address": str(town.address.pk), "method": str(town.method.pk),
        "agreed": "on",
    }  # fmt: skip
    with ThreadPoolExecutor(4) as pressing:
        said = list(
            pressing.map(
                lambda _: ask(house, "/bundles/bundle/subscribe/", cookies=mine | page.cookies, form=form), range(4)
            )
        )
    assert {answer.status for answer in said} == {302}
    made = Subscription.objects.get()
    assert (made.state, made.cycles.filter(state="ordered").count()) == ("active", 1)
    paid = [one for one in house.charges(ProviderAccount.objects.get().secret_key) if one["status"] == "succeeded"]
    assert [one["amount"] for one in paid] == [23_000]


def test_two_processes_redeem_a_voucher_once(house: House, town: SmallTown) -> None:
    voucher = Voucher.objects.get()
    words = ("vouchers", "redeem", voucher.code, "--partner", str(town.partner.pk), "--municipality", "sunchang")
    done = together([house.goeul(*words), house.goeul(*words)])
    assert sorted(code for code, _out, _err in done) == [0, 1]
    (complaint,) = (err for code, _out, err in done if code == 1)
    assert "이미 사용했습니다" in complaint or "already" in complaint
    assert "Traceback" not in complaint
    voucher.refresh_from_db()
    assert (voucher.state, Redemption.objects.count()) == (VoucherState.REDEEMED, 1)


@pytest.fixture
def server(town: SmallTown, tmp_path: Path) -> Iterator[postgres.Postgres]:
    """A PostgreSQL of its own with a copy of everything."""
    own = postgres.place(Path("/var/tmp") / f"goeul-away-{tmp_path.name}-{time.monotonic_ns()}" / "postgres")  # noqa: S108
    postgres.start(own)
    try:
        tools = postgres.client_binaries()
        with subprocess.Popen([tools / "pg_dump", "-Fc", database_url()], stdout=subprocess.PIPE) as dump:
            subprocess.run(
                [tools / "pg_restore", "--no-owner", "--dbname", own.dsn()], stdin=dump.stdout, check=True, timeout=120
            )
        yield own
    finally:
        postgres.stop(own)
        shutil.rmtree(own.data.parent)


def test_a_database_that_is_away_for_ten_seconds_is_told_and_comes_back_by_itself(
    server: postgres.Postgres, tmp_path: Path
) -> None:
    with running(tmp_path, database=make_conninfo(server.dsn()), pool=True) as house:
        assert [ask(house, path).status for path in PATHS] == [200] * len(PATHS)
        seen: list[tuple[float, Answer]] = []
        over = threading.Event()
        loads = [threading.Thread(target=_browse, args=(house, path, seen, over)) for path in PATHS]
        for load in loads:
            load.start()
        time.sleep(1)
        postgres.stop(server)
        away = time.monotonic()
        assert (ask(house, "/healthz").status, ask(house, "/readyz").status) == (200, 503)
        refused = house.goeul("billing", "run", "--municipality", "sunchang")
        _said, complained = refused.communicate(timeout=60)
        assert (refused.returncode, "The database cannot be used" in complained) == (1, True), complained
        assert "Traceback" not in complained
        time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - away)))
        postgres.start(server)
        until(lambda: ask(house, "/readyz").status == 200, "the database")
        until(lambda: all(ask(house, path).status == 200 for path in PATHS), "every page")
        recovered = time.monotonic()
        time.sleep(1)
        over.set()
        for load in loads:
            load.join()
        failed = [answer for at, answer in seen if answer.status != 200]
        assert failed, "nobody noticed that the database was away"
        assert {answer.status for answer in failed} == {503}
        assert all(CALM in answer.text and "Traceback" not in answer.text for answer in failed)
        assert {answer.status for at, answer in seen if at > recovered} == {200}
        (run,) = house.done("billing", "run", "--municipality", "sunchang")
        assert run["problem"] == ""


def _browse(house: House, path: str, seen: list[tuple[float, Answer]], over: threading.Event) -> None:
    """Ask for a page, past the cache, five times a second until told to stop."""
    cookies = {settings.SESSION_COOKIE_NAME: "none"}
    while not over.is_set():
        began = time.monotonic()
        seen.append((began, ask(house, path, cookies=cookies)))
        time.sleep(max(0.0, 0.2 - (time.monotonic() - began)))
