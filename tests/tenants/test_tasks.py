from typing import Any

import pytest
from celery import shared_task
from celery.exceptions import Reject
from django.db import connection

from core.actor import SYSTEM
from core.clock import now
from tenants.municipalities.actions import move_municipality
from tenants.municipalities.models import MunicipalityState
from tenants.tasks import TenantTask


@shared_task(name="tests.where", base=TenantTask)
def where(*, note: str = "") -> tuple[str, str]:
    return connection.schema_name, note


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
