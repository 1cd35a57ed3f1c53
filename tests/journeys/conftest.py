"""Two real municipalities behind real servers, and people with browsers in front of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tenants.municipalities.actions import open_municipality
from tenants.municipalities.door import outside
from tenants.municipalities.middleware import forget_hosts
from tenants.municipalities.models import Municipality
from tenants.municipalities.provisioning import drop_schema
from tests.journeys.house import House, running

TOWNS = {"sunchang": ("52770", "순창군"), "boseong": ("12750", "보성군")}
ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Begun before the database is used: its event loop gives this thread connections of its own."""
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def towns(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, ...]]:
    """순창군 and 보성군 with really committed work; opened anew afterwards, as every other test knows them."""
    with django_db_blocker.unblock():
        yield tuple(TOWNS)
        for slug, (code, name) in TOWNS.items():
            drop_schema(slug)
            with outside():
                Municipality.objects.filter(schema_name=slug).delete()
            open_municipality(code, slug, name, is_demo=True)
        forget_hosts()


@pytest.fixture(scope="module")
def house(towns: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web server and payment simulator."""
    with running(Path(tmp_path_factory.mktemp("house"))) as found:
        yield found
