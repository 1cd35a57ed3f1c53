"""Where the second factor is required, the CMS opens only after the app's code or a recovery code."""

import re

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants.municipalities.door import inside_slug
from tenants.people.actions import issue_recovery_codes
from tenants.people.duties import Duty
from tenants.people.models import RecoveryCode, User
from tests.conftest import MallClient
from tests.factories.town import person, staff

CODE = re.compile(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>")
PAGE = "/second-factor/?next=/cms/staff/"


@pytest.fixture
def boss(sunchang, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    return staff("boss", "OTP", Duty.MANAGER)


@pytest.fixture
def client(mall, boss):
    mall.force_login(boss)
    return mall


def digits(boss) -> str:
    device = TOTPDevice.objects.get(user=boss)
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"


def wait(boss) -> None:
    """The clock moves past the last code and past every brake."""
    TOTPDevice.objects.filter(user=boss).update(last_t=-1, throttling_failure_count=0)


def test_staff_register_an_app_and_get_ten_codes_once(client, boss):
    assert client.get("/cms/staff/")["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "data:image/svg+xml" in page
    assert client.get("/second-factor/codes/").status_code == 403
    page = client.post(PAGE, {"code": digits(boss)}).content.decode()
    assert (len(set(CODE.findall(page))), 'href="/cms/staff/"' in page) == (10, True)
    assert client.get("/cms/staff/").status_code == 200
    page = client.get("/second-factor/codes/").content.decode()
    assert (CODE.findall(page), "10개" in page) == ([], True)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "000000", "１２３４５６"])
def test_a_wrong_code_opens_nothing(client, boss, code):
    client.get(PAGE)
    page = client.post(PAGE, {"code": code})
    assert (page.status_code, 'class="error"' in page.content.decode()) == (200, True)
    assert client.get("/cms/").status_code == 302
    assert TOTPDevice.objects.filter(confirmed=True).count() == 0


def test_the_same_code_counts_once_and_an_outer_address_is_not_followed(client, boss, mall):
    client.get(PAGE)
    code = digits(boss)
    client.post(PAGE, {"code": code})
    client.logout()
    client.force_login(boss)
    assert client.post(PAGE, {"code": code}).status_code == 200
    assert client.get("/cms/").status_code == 302
    wait(boss)
    answer = client.post("/second-factor/?next=https://evil.example/", {"code": digits(boss)})
    assert answer["Location"] == "/cms/"


def test_a_recovery_code_lets_in_once(client, boss):
    TOTPDevice.objects.create(user=boss, confirmed=True)
    first, second, *_rest = issue_recovery_codes(boss)
    typed = first.upper().replace("-", " ")
    assert client.post("/second-factor/recovery/", {"code": typed})["Location"] == "/second-factor/codes/"
    assert client.get("/cms/").status_code == 200
    client.logout()
    client.force_login(boss)
    assert client.post("/second-factor/recovery/", {"code": first}).status_code == 200
    assert client.get("/cms/").status_code == 302
    assert client.post("/second-factor/recovery/", {"code": second}).status_code == 200, "wrong tries slow down"
    wait(boss)
    assert client.post("/second-factor/recovery/", {"code": second}).status_code == 302
    assert RecoveryCode.objects.filter(used_at=None).count() == 8


def test_new_codes_replace_the_old_ones_and_nobody_elses_fit(client, boss):
    other = staff("other", "OTP", Duty.SUPPORT)
    TOTPDevice.objects.create(user=boss, confirmed=True)
    TOTPDevice.objects.create(user=other, confirmed=True)
    (theirs, *_rest), (old, *_more) = issue_recovery_codes(other), issue_recovery_codes(boss)
    client.post("/second-factor/recovery/", {"code": old})
    fresh = CODE.findall(client.post("/second-factor/codes/").content.decode())
    assert (len(fresh), RecoveryCode.objects.filter(user=boss).count()) == (10, 10)
    client.logout()
    client.force_login(boss)
    for code in (old, theirs):
        wait(boss)
        assert client.post("/second-factor/recovery/", {"code": code}).status_code == 200
    wait(boss)
    assert client.post("/second-factor/recovery/", {"code": fresh[0]}).status_code == 302


def test_without_an_app_there_is_nothing_to_recover(client, boss):
    issue_recovery_codes(boss)
    assert client.get("/second-factor/recovery/")["Location"] == "/second-factor/"


def test_residents_are_not_asked_and_the_demo_asks_nobody(mall, boss, settings):
    mall.force_login(person("guest", "OTP"))
    assert mall.get("/bundles/none/").status_code == 404
    settings.SECOND_FACTOR_REQUIRED = False
    mall.force_login(boss)
    assert mall.get("/cms/").status_code == 200


def test_operators_show_it_at_the_console_and_go_on_there(db, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    portal = MallClient("localhost")
    with inside_slug("portal"):
        operator = User.objects.create_user("operator@goeul.example", "pw", is_staff=True)
        portal.force_login(operator)
        assert portal.get("/console/")["Location"] == "/second-factor/?next=/console/"
        assert "data:image/svg+xml" in portal.get("/second-factor/").content.decode()
        page = portal.post("/second-factor/", {"code": digits(operator)}).content.decode()
        assert ('href="/console/"' in page, 'href="/cms/"' in page) == (True, False)
        assert portal.get("/console/").status_code == 200
