import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from core.actor import SYSTEM
from core.clock import now
from core.laws import violations
from malls.customers import access, leaving
from malls.customers.actions import agree, leave, remove_address, save_address, sign_up, withdraw_agreement
from malls.customers.errors import ConsentMissing, EmailTaken
from malls.customers.laws import LAWS
from malls.customers.models import Address, Consent, ConsentKind, Resident
from malls.customers.rules import masked_email, masked_name, masked_phone
from tenants.people.duties import Duty
from tenants.people.models import AccessRecord, User

PASSWORD = "goeul-demo-72"
FORM = {
    "email": "Haneul@example.kr",
    "password": PASSWORD,
    "name": "김하늘",
    "phone": "010-1234-5678",
    "agree_age": "on",
    "agree_terms": "on",
    "agree_privacy": "on",
}
HOME = {
    "recipient": "김하늘",
    "phone": "01012345678",
    "postcode": "56030",
    "line1": "순창읍 장류로 1",
    "line2": "101호",
    "label": "집",
    "request": "",
    "is_default": False,
}


def resident(email="haneul@example.kr"):
    return sign_up(email, PASSWORD, name="김하늘", phone="01012345678", agreed={"age", "terms", "privacy"}, at=now())


def test_sign_up_keeps_each_agreement_as_a_row(mall):
    response = mall.post("/signup/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/my/")
    made = Resident.objects.get()
    assert made.user.email == "haneul@example.kr"
    assert made.user.phone == "01012345678"
    assert list(made.consents.values_list("kind", flat=True)) == ["terms", "privacy", "age"]


def test_no_agreement_is_ticked_beforehand(mall):
    assert "checked" not in mall.get("/signup/").content.decode()


@pytest.mark.parametrize("missing", ["agree_age", "agree_terms", "agree_privacy"])
def test_a_required_agreement_cannot_be_left_out(mall, missing):
    response = mall.post("/signup/", {k: v for k, v in FORM.items() if k != missing})
    assert response.status_code == 200
    assert "동의가 필요해요" in response.content.decode()
    assert Resident.objects.count() == 0


def test_marketing_is_free(mall):
    mall.post("/signup/", {**FORM, "agree_marketing": "on"})
    assert Consent.objects.filter(kind="marketing", withdrawn_at=None).count() == 1


def test_action_refuses_missing_agreements_and_changes_nothing(sunchang):
    with pytest.raises(ConsentMissing):
        sign_up("a@example.kr", PASSWORD, name="김", phone="", agreed={"terms"}, at=now())
    assert (User.objects.filter(email="a@example.kr").count(), Resident.objects.count()) == (0, 0)


def test_an_email_is_taken_whatever_its_case(sunchang):
    resident()
    with pytest.raises(EmailTaken):
        resident("HANEUL@example.kr")
    assert Resident.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "none"), ("phone", "12"), ("password", "1234"), ("name", ""), ("phone", "02-123-4567")],
)
def test_bad_input_is_named_at_its_field(mall, field, value):
    response = mall.post("/signup/", {**FORM, field: value})
    assert response.status_code == 200
    assert f'id="id_{field}_error"' in response.content.decode()
    assert Resident.objects.count() == 0


def test_log_in_and_out(mall):
    resident()
    assert mall.post("/login/", {"email": "haneul@example.kr", "password": PASSWORD})["Location"] == "/my/"
    assert mall.get("/my/").status_code == 200
    assert mall.post("/logout/").status_code == 302
    assert mall.get("/my/").status_code == 302


def test_log_in_does_not_tell_what_was_wrong(mall):
    resident()
    known = mall.post("/login/", {"email": "haneul@example.kr", "password": "x"})
    unknown = mall.post("/login/", {"email": "none@example.kr", "password": "x"})
    sentence = "이메일이나 비밀번호가 맞지 않아요"
    assert sentence in known.content.decode()
    assert sentence in unknown.content.decode()


def test_log_in_leads_back_only_inside_the_mall(mall):
    resident()
    data = {"email": "haneul@example.kr", "password": PASSWORD}
    assert mall.post("/login/", {**data, "next": "https://evil.example/"})["Location"] == "/my/"
    mall.post("/logout/")
    assert mall.post("/login/", {**data, "next": "/my/orders/"})["Location"] == "/my/orders/"


def test_a_resident_of_one_mall_is_unknown_in_the_other(mall, other_mall):
    resident()
    assert other_mall.post("/login/", {"email": "haneul@example.kr", "password": PASSWORD}).status_code == 200
    mall.post("/login/", {"email": "haneul@example.kr", "password": PASSWORD})
    other_mall.cookies = mall.cookies
    assert other_mall.get("/my/").status_code == 302


def _link(mall):
    mall.post("/password/", {"email": "haneul@example.kr"})
    return re.search(r"/password/\S+/", mail.outbox[-1].body).group()


def test_a_new_password_by_mail_works_once(mall):
    resident()
    path = _link(mall)
    fresh = {"new_password1": "other-words-99", "new_password2": "other-words-99"}
    assert mall.post(path, fresh)["Location"] == "/login/"
    assert mall.post(path, fresh).status_code == 410
    assert User.objects.get(email="haneul@example.kr").check_password("other-words-99")


def test_a_link_of_one_mall_is_spent_in_the_other(mall, other_mall):
    resident()
    assert other_mall.get(_link(mall)).status_code == 410


def test_reset_tells_nobody_who_has_an_account(mall):
    resident()
    assert mall.post("/password/", {"email": "none@example.kr"}).status_code == 200
    assert mail.outbox == []


def test_the_first_address_becomes_the_default(mall):
    who = resident()
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    assert mall.post("/my/addresses/new/", HOME).status_code == 302
    assert Address.objects.get().is_default


def test_there_is_one_default_address(sunchang):
    who = resident()
    save_address(who, HOME)
    second = save_address(who, {**HOME, "label": "회사", "is_default": True})
    assert list(who.addresses.filter(is_default=True)) == [second]
    remove_address(second)
    assert list(who.addresses.values_list("label", "is_default")) == [("집", True)]


def test_another_residents_address_does_not_exist(mall):
    who, other = resident(), resident("other@example.kr")
    theirs = save_address(other, HOME)
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    assert mall.get(f"/my/addresses/{theirs.pk}/").status_code == 404
    assert mall.post(f"/my/addresses/{theirs.pk}/remove/").status_code == 404
    assert Address.objects.count() == 1


def test_marketing_can_be_taken_back_and_given_again(sunchang):
    who = resident()
    agree(who, ConsentKind.MARKETING, at=now())
    agree(who, ConsentKind.MARKETING, at=now())
    withdraw_agreement(who, ConsentKind.MARKETING, at=now())
    agree(who, ConsentKind.MARKETING, at=now())
    marketing = who.consents.filter(kind="marketing")
    assert (marketing.count(), marketing.filter(withdrawn_at=None).count()) == (2, 1)


def test_required_agreements_are_not_taken_back_alone(sunchang):
    who = resident()
    with pytest.raises(ConsentMissing):
        withdraw_agreement(who, ConsentKind.TERMS, at=now())
    assert who.consents.filter(withdrawn_at=None).count() == 3


def test_leaving_erases_the_person_and_keeps_the_row(sunchang):
    who = resident()
    leave(who, by=SYSTEM, at=now())
    user = User.objects.get(pk=who.user_id)
    assert (user.is_active, user.phone, "haneul" in user.email) == (False, "", False)
    assert Resident.objects.get().left_at is not None
    resident()  # the e-mail is free again


def test_who_may_not_leave_yet_stays_whole(sunchang, monkeypatch):
    def refuse(resident, *, by, at):
        raise EmailTaken

    who = resident()
    monkeypatch.setattr(leaving, "_parts", [refuse])
    with pytest.raises(EmailTaken):
        leave(who, by=SYSTEM, at=now())
    assert User.objects.get(pk=who.user_id).email == "haneul@example.kr"


def test_leaving_is_one_question_with_two_equal_buttons(mall):
    who = resident()
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    html = mall.get("/my/account/leave/").content.decode()
    assert html.count("krds-btn secondary large") == 2
    assert mall.post("/my/account/leave/").status_code == 200
    assert mall.get("/my/").status_code == 302


@pytest.mark.parametrize("path", ["/my/", "/my/orders/", "/my/addresses/", "/my/addresses/new/", "/my/account/"])
def test_my_pages_want_a_log_in(mall, path):
    assert mall.get(path)["Location"] == f"/login/?next={path}"


@pytest.mark.parametrize("path", ["/my/", "/my/orders/", "/my/addresses/", "/my/addresses/new/", "/my/account/"])
def test_my_pages_answer(mall, path):
    who = resident()
    save_address(who, HOME)
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    assert mall.get(path).status_code == 200


def test_staff_cannot_buy(mall):
    staff = User.objects.create_user("staff@example.kr", PASSWORD, is_staff=True)
    mall.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert mall.get("/my/").status_code == 403


@pytest.mark.parametrize(
    ("mask", "plain", "hidden"),
    [
        (masked_name, "김하늘", "김*늘"),
        (masked_name, "김솔", "김*"),
        (masked_name, "", ""),
        (masked_email, "haneul@example.kr", "ha****@example.kr"),
        (masked_email, "a@example.kr", "a*@example.kr"),
        (masked_phone, "01012345678", "010-****-5678"),
        (masked_phone, "", ""),
    ],
)
def test_masks(mask, plain, hidden):
    assert mask(plain) == hidden


@pytest.fixture
def support(mall):
    staff = User.objects.create_user("support@example.kr", PASSWORD, is_staff=True, first_name="상담")
    staff.groups.add(Group.objects.get(name=Duty.SUPPORT))
    mall.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return mall


def test_the_desk_lists_residents_masked(support):
    resident()
    html = support.get("/cms/snippets/customers/resident/").content.decode()
    assert "김*늘" in html
    assert "haneul@example.kr" not in html
    assert AccessRecord.objects.count() == 0


def test_looking_at_a_resident_is_kept(support):
    who = resident()
    html = support.get(f"/cms/snippets/customers/resident/inspect/{who.pk}/").content.decode()
    assert "haneul@example.kr" in html
    kept = AccessRecord.objects.get()
    assert (kept.user_name, kept.task, kept.subject) == ("상담", "resident", f"김하늘 #{who.pk}")


def test_staff_cannot_change_residents(support):
    who = resident()
    for path in (f"edit/{who.pk}/", f"delete/{who.pk}/", "add/"):
        assert support.get(f"/cms/snippets/customers/resident/{path}").status_code in (302, 403, 404), path
    assert Resident.objects.count() == 1


def test_residents_keep_their_laws(sunchang):
    resident()
    assert violations(LAWS) == []
    Consent.objects.filter(kind="terms").update(withdrawn_at=now())
    assert [found.code for found in violations(LAWS)] == ["residents_agreed"]


def test_staff_go_to_their_desk_after_log_in(mall):
    User.objects.create_user("staff@example.kr", PASSWORD, is_staff=True)
    assert mall.post("/login/", {"email": "staff@example.kr", "password": PASSWORD})["Location"] == "/cms/"


def test_an_app_may_say_where_its_people_work(mall, monkeypatch):
    monkeypatch.setattr(access, "_homes", [lambda user: "/redeem/" if user.email.startswith("gate") else ""])
    User.objects.create_user("gate@example.kr", PASSWORD)
    assert mall.post("/login/", {"email": "gate@example.kr", "password": PASSWORD})["Location"] == "/redeem/"
