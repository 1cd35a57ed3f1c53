import logging
from io import StringIO
from typing import Any

import pytest
from celery import current_app, shared_task
from celery.exceptions import Reject
from django.conf import settings
from django.db import connection

from core.actor import SYSTEM
from core.clock import now
from tenants.municipalities.actions import move_municipality
from tenants.municipalities.door import outside
from tenants.municipalities.models import MunicipalityState
from tenants.tasks import TenantTask


@shared_task(name="tests.where", base=TenantTask)
def where(*, note: str = "") -> tuple[str, str]:
    return connection.schema_name, note


@shared_task(name="tests.fails", base=TenantTask)
def fails() -> None:
    logging.getLogger("tests").error("at work")
    raise ZeroDivisionError


@pytest.fixture
def lines(monkeypatch) -> StringIO:
    """What the worker writes, set up as the worker does it."""
    written = StringIO()
    plain = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["schema"], "stream": written}
    monkeypatch.setitem(settings.LOGGING["handlers"], "stderr", plain)
    monkeypatch.setattr(current_app.log, "already_setup", False)
    before = logging.getLogger().handlers[:], logging.getLogger().level
    current_app.log.setup(logging.WARNING)
    yield written
    logging.getLogger().handlers, logging.getLogger().level = before


def test_every_line_of_a_task_names_its_municipality(sunchang, lines):
    with outside():
        fails.apply(kwargs={"schema": "boseong"})
    logging.getLogger("tests").error("afterwards")
    said = [line.partition("[")[2] for line in lines.getvalue().splitlines() if " ERROR " in line]
    assert [line.partition("]")[0] for line in said] == ["boseong", "boseong", "sunchang"]


def test_every_task_of_the_house_goes_through_the_door():
    current_app.loader.import_default_modules()
    ours = {name: task for name, task in current_app.tasks.items() if not name.startswith(("celery.", "tests."))}
    assert [name for name, task in ours.items() if not isinstance(task, TenantTask)] == []
    assert {name for name, task in ours.items() if not task.tenant} == {"billing.dispatch", "tenants.fan_out"}


def test_a_task_runs_inside_its_municipality_and_leaves_it(sunchang):
    assert where(schema="boseong", note="a") == ("boseong", "a")
    assert connection.schema_name == "sunchang"


@pytest.mark.parametrize("wrong", [{}, {"schema": "nowhere"}, {"schema": "public"}, {"schema": "goeul_template"}])
def test_a_task_without_an_open_municipality_does_not_run(sunchang, wrong: dict[str, Any]):
    with pytest.raises(Reject):
        where(**wrong)
    assert connection.schema_name == "sunchang"


def test_a_suspended_municipality_runs_no_tasks(sunchang):
    move_municipality("boseong", MunicipalityState.SUSPENDED, by=SYSTEM, at=now(), why="test")
    with pytest.raises(Reject):
        where(schema="boseong")
