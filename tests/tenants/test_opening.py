import pytest
from django.contrib.auth.models import Group
from django.db import connection
from wagtail.models import Page, Site

from config.up.prepare import follow_duties
from core.actor import SYSTEM
from core.clock import now
from tenants.municipalities.actions import check_slug, move_municipality, open_municipality
from tenants.municipalities.door import inside, inside_slug, outside
from tenants.municipalities.errors import AlreadyOpen, FormerCode, SlugRefused, SlugReserved, UnknownCode
from tenants.municipalities.models import Municipality, MunicipalityState
from tenants.municipalities.provisioning import ensure_template, template_dump
from tenants.people.duties import GRANTS, Duty
from tests.conftest import lasting_town


def test_two_municipalities_are_replicas_with_their_own_hosts(sunchang, boseong):
    with inside_slug("sunchang"):
        mine = (Site.objects.get().hostname, Page.objects.count())
    with inside_slug("boseong"):
        theirs = (Site.objects.get().hostname, Page.objects.count())
    assert mine == ("sunchang.localhost", theirs[1])
    assert theirs[0] == "boseong.localhost"


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("public", SlugReserved),
        ("portal", SlugReserved),
        ("pg_x", SlugReserved),
        ("pgsql", SlugReserved),
        ("goeul-template", SlugReserved),
        ("information-schema", SlugReserved),
        ("순창", SlugRefused),
        ('a"b', SlugRefused),
        ("a" * 41, SlugRefused),
        ("a", SlugRefused),
        ("Sunchang", SlugRefused),
        ("a--b", SlugRefused),
        ("1a", SlugRefused),
    ],
)
def test_a_slug_that_cannot_be_an_address_is_refused(slug, reason):
    with pytest.raises(reason):
        check_slug(slug)


@pytest.mark.parametrize(
    ("code", "slug", "reason"),
    [
        ("99999", "nowhere", UnknownCode),
        ("46780", "boseong2", FormerCode),
        ("52770", "again", AlreadyOpen),
        ("50000", "sunchang", AlreadyOpen),
    ],
)
def test_a_refused_opening_leaves_nothing(db, code, slug, reason):
    before = _schemas()
    with pytest.raises(reason):
        open_municipality(code, slug, "")
    assert _schemas() == before


def test_a_failure_half_way_leaves_nothing(db, monkeypatch):
    before = _schemas()
    monkeypatch.setattr(Site.objects, "update", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_municipality("50000", "jeju", "")
    assert _schemas() == before


def _schemas() -> tuple[list[str], list[str]]:
    with outside(), connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace ORDER BY 1")
        schemas = [name for (name,) in cursor.fetchall()]
        return schemas, list(Municipality.objects.order_by("pk").values_list("schema_name", flat=True))


@pytest.fixture
def upgraded(django_db_setup, django_db_blocker, monkeypatch):
    """A version without migrations that takes every right of its own from one duty; really deployed."""
    with django_db_blocker.unblock():
        template_dump()
        monkeypatch.setitem(GRANTS, Duty.SUPPORT, [])
        ensure_template()
        yield
        monkeypatch.undo()
        ensure_template()


@pytest.mark.slow
@pytest.mark.usefixtures("upgraded")
def test_who_opens_after_an_upgrade_has_the_rights_of_today():
    with lasting_town("newcomer") as town, inside(town):
        rights = Group.objects.get(name=Duty.SUPPORT).permissions.values_list("codename", flat=True)
        assert list(rights) == ["access_admin"]


def test_a_suspended_municipality_follows_the_duties_too(sunchang, tmp_path, monkeypatch):
    move_municipality("boseong", MunicipalityState.SUSPENDED, by=SYSTEM, at=now(), why="test")
    monkeypatch.setitem(GRANTS, Duty.SUPPORT, [])
    follow_duties(tmp_path)
    with inside_slug("boseong"):
        rights = Group.objects.get(name=Duty.SUPPORT).permissions.values_list("codename", flat=True)
        assert list(rights) == ["access_admin"]
