import pytest
from django.db import connection
from django.test import Client

from core.actor import SYSTEM
from core.clock import now
from tenants.console.actions import open_with_manager
from tenants.municipalities.door import inside, inside_slug, outside
from tenants.municipalities.errors import BadEmail
from tenants.municipalities.models import Municipality
from tenants.people.models import User


@pytest.fixture
def portal(db):
    return Client(HTTP_HOST="localhost")


@pytest.fixture
def operator(portal):
    with inside_slug("portal"):
        portal.force_login(User.objects.create_user("operator@goeul.example", "pw", is_staff=True))
    return portal


def test_the_directory_names_every_open_mall(portal):
    page = portal.get("/").content.decode()
    assert [name in page for name in ("순창군", "보성군", "고을")] == [True] * 3


def test_the_console_is_for_operators(portal):
    answer = portal.get("/console/")
    assert (answer.status_code, answer["Location"]) == (302, "/console/login/?next=/console/")


def test_an_operator_opens_a_mall_and_its_manager_gets_in_once(operator):
    form = {"code": "50000", "slug": "jeju", "name": "", "email": "boss@jeju.example"}
    page = operator.post("/console/open/", form).content.decode()
    link = page.split('href="http://jeju.localhost/invitation/')[1].split("/")[0]
    mall = Client(HTTP_HOST="jeju.localhost")
    secret = {"new_password1": "a-Long-enough-1", "new_password2": "a-Long-enough-1"}
    assert mall.post(f"/invitation/{link}/", secret)["Location"] == "/cms/"
    assert mall.post(f"/invitation/{link}/", secret).status_code == 410
    assert mall.get("/cms/").status_code == 200


@pytest.mark.parametrize("slug", ["portal", "sunchang", "Jeju", "제주"])
def test_a_bad_address_is_named_on_the_form_and_nothing_opens(operator, slug):
    form = {"code": "50000", "slug": slug, "email": "boss@jeju.example"}
    page = operator.post("/console/open/", form)
    assert page.status_code == 200
    assert "error" in page.content.decode()
    with outside():
        assert Municipality.objects.filter(code="50000").count() == 0


def test_a_bad_email_opens_nothing(db):
    with pytest.raises(BadEmail):
        open_with_manager("50000", "jeju", "", "nonsense", by=SYSTEM, at=now())
    with outside():
        assert Municipality.objects.filter(code="50000").count() == 0


def test_a_suspended_mall_answers_politely_and_comes_back(operator, mall):
    operator.post("/console/sunchang/suspend/", {"why": "점검"})
    assert mall.get("/login/").status_code == 503
    operator.post("/console/sunchang/resume/", {"why": "끝"})
    assert mall.get("/login/").status_code == 200
    page = operator.get("/console/sunchang/suspend/").content.decode()
    assert "점검" in page


def test_an_unknown_host_is_404_and_health_needs_no_host(db):
    assert Client(HTTP_HOST="nowhere.localhost").get("/").status_code == 404
    assert Client(HTTP_HOST="10.0.0.1").get("/healthz").content == b"ok\n"
    assert Client(HTTP_HOST="10.0.0.1").get("/readyz").status_code == 200


def test_a_session_of_one_mall_is_nobody_in_another(sunchang, mall, other_mall):
    with inside(sunchang):
        mall.force_login(User.objects.create_user("a@sunchang.example", "pw", is_staff=True, is_superuser=True))
    assert mall.get("/cms/").status_code == 200
    other_mall.cookies = mall.cookies
    assert other_mall.get("/cms/").status_code == 302
    assert connection.schema_name != "sunchang"
