import json

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import Group

from config.commands.settlement import settlement
from core.errors import NotAllowed
from settlement.statements.models import Period, Statement
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.settlement.people import draft, earn, payee


@pytest.fixture
def people(sunchang):
    for name, duty in (("finance", Duty.FINANCE), ("approver", Duty.APPROVER)):
        user = User.objects.create_user(f"{name}@sunchang.example", is_staff=True)
        user.groups.add(Group.objects.get(name=duty))


def run(*words):
    done = CliRunner().invoke(settlement, [*words, "--municipality", "sunchang", "--period", "2026-10"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.slow
def test_a_month_is_closed_approved_and_exported(people, tmp_path):
    payee()
    earn(draft("a"))
    closed = json.loads(run("close", "--by", "finance@sunchang.example", "--json").output)
    assert closed == {"period": "2026-10", "statements": 1, "payable": 9_500, "held": 0}
    run("approve", "--by", "approver@sunchang.example")
    assert Period.objects.get().state == "approved"
    exported = json.loads(run("export", "--out", str(tmp_path / "o"), "--json").output)
    assert exported["files"] == 3
    assert (tmp_path / "o/statements/2026-10-0001.pdf").read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize("who", ["approver@sunchang.example", "nobody@sunchang.example"])
def test_only_who_has_the_duty_closes(people, who):
    payee()
    earn(draft("a"))
    with pytest.raises(NotAllowed):
        run("close", "--by", who)
    assert Statement.objects.count() == 0


def test_wrong_usage_is_two(people):
    done = CliRunner().invoke(settlement, ["close", "--municipality", "sunchang", "--period", "oct", "--by", "x"])
    assert done.exit_code == 2
