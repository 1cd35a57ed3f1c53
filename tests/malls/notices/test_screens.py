"""Residents read what they were told and choose how; staff search, send again, and word notices anew."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.state import Transition
from malls.notices.actions import save_account
from malls.notices.models import Choice, Letter, MessageAccount, Notice, Wording
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.duties import Duty
from tenants.people.models import AccessRecord, User
from tests.bundles.world import NOON, offer, resident, send, subscribed
from tests.factories.town import staff


@pytest.fixture
def told(sunchang):
    made = subscribed(offer(), MemoryGateway())
    send(NOON)
    return made


def test_a_resident_reads_what_he_was_told(mall, told):
    mall.force_login(told.resident.user)
    page = mall.get("/my/notices/").content.decode()
    assert ("33,000원이 결제됐어요" in page, told.resident.user.email in page) == (True, True)
    text = mall.get(f"/my/notices/{Letter.objects.get().pk}/").content.decode()
    assert f'href="http://sunchang.localhost/my/subscriptions/{told.pk}/"' in text
    assert "맞는 알림이 없어요" in mall.get("/my/notices/?q=없는말").content.decode()
    assert "33,000원" in mall.get("/my/notices/?q=결제됐").content.decode()


def test_nobody_reads_the_letters_of_others(mall, told):
    mall.force_login(resident("이순창").user)
    assert mall.get(f"/my/notices/{Letter.objects.get().pk}/").status_code == 404
    assert "아직 보내 드린 알림이 없어요" in mall.get("/my/notices/").content.decode()


def test_a_resident_chooses_the_phone_where_the_mall_has_an_account(mall, told, monkeypatch):
    User.objects.filter(pk=told.resident.user_id).update(phone="01012345678")
    mall.force_login(told.resident.user)
    assert 'name="way"' not in mall.get("/my/notices/").content.decode()
    mall.post("/my/notices/way/", {"way": "phone"})
    assert Choice.objects.count() == 0
    monkeypatch.setattr(settings.ENV, "message_api_base", "http://127.0.0.1:1")
    save_account("k", "0631234567", "")
    assert "010-1234-5678" in mall.get("/my/notices/").content.decode()
    mall.post("/my/notices/way/", {"way": "pigeon"})
    mall.post("/my/notices/way/", {"way": "phone"})
    assert list(Choice.objects.values_list("way", flat=True)) == ["phone"]


def test_staff_find_look_and_send_again(mall, told):
    Notice.objects.update(outcome="failed", letter=None, problem="HTTP 401")
    mall.force_login(staff("help", "DESK", Duty.SUPPORT))
    notice = Notice.objects.get(kind="charged")
    assert "HTTP 401" in mall.get(f"/cms/notices/{notice.pk}/").content.decode()
    assert AccessRecord.objects.filter(subject=f"notice charged:{notice.subject}").count() == 1
    for search, found in (("state=failed", 1), ("state=sent", 0), ("kind=shipped", 0), ("q=r", 1), ("q=%00nobody", 0)):
        page = mall.get(f"/cms/notices/?{search}").content.decode()
        assert (f"/cms/notices/{notice.pk}/" in page) == bool(found), search
    mall.post(f"/cms/notices/{notice.pk}/again/")
    notice.refresh_from_db()
    assert (notice.outcome, notice.problem) == ("waiting", "")
    assert "보내지 못했거나" not in mall.post(f"/cms/notices/{notice.pk}/again/", follow=True).content.decode()


def test_everything_that_failed_is_sent_again_and_nothing_in_doubt(mall, told):
    first = Notice.objects.get(kind="charged")
    Notice.objects.create(
        resident=first.resident, kind="charged", subject=-1, noted_at=NOON, next_try_at=NOON, outcome="unknown"
    )
    Notice.objects.filter(pk=first.pk).update(outcome="failed", letter=None)
    mall.force_login(staff("help", "DESK", Duty.SUPPORT))
    assert "모두 다시 보내기" in mall.get("/cms/notices/?state=failed").content.decode()
    assert "모두 다시 보내기" not in mall.get("/cms/notices/").content.decode()
    mall.post("/cms/notices/again/", {"q": "", "kind": ""})
    assert list(Notice.objects.order_by("-subject").values_list("outcome", flat=True)) == ["waiting", "unknown"]
    assert Transition.objects.filter(thing="notices.Notice", after="waiting").count() == 1


def test_the_list_costs_the_same_with_many(mall, told):
    mall.force_login(staff("help", "DESK", Duty.SUPPORT))
    mall.get("/cms/notices/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        mall.get("/cms/notices/")
    first = Notice.objects.get(kind="charged")
    Notice.objects.bulk_create(
        Notice(
            resident=first.resident, kind="charged", subject=-number, noted_at=NOON, next_try_at=NOON, outcome="sent",
            letter=first.letter,
        )
        for number in range(1, 30)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = mall.get("/cms/notices/").content.decode()
    assert ("알림 30건" in page, len(many) - len(one)) == (True, 0)


def test_staff_word_a_kind_anew(mall, told):
    mall.force_login(staff("boss", "DESK", Duty.MANAGER))
    page = "/cms/wordings/charged/"
    assert "33,000원이 결제됐어요" in mall.get(page).content.decode()
    good = {"title": "{{bundle}} 결제 알림", "text": "{{name}} 님, {{amount}}", "template_code": ""}
    shown = mall.post(page, {**good, "do": "preview"}).content.decode()
    assert ("첫 장독 상자 결제 알림" in shown, "SMS" in shown, Wording.objects.count()) == (True, True, 0)
    for text, word in (
        ("{{amuont}} {{amount}}", "{{amuont}}은(는)"),
        ("빈말", "{{amount}}(금액)"),
        ("{{amount", "중괄호"),
    ):
        refused = mall.post(page, {**good, "text": text, "do": "save"})
        assert (refused.status_code, word in refused.content.decode(), Wording.objects.count()) == (200, True, 0), text
    mall.post(page, {**good, "do": "save"})
    assert "DESK boss" in mall.get(page).content.decode()
    assert "몰의 문구" in mall.get("/cms/wordings/").content.decode()
    mall.post(f"{page}reset/")
    assert list(Wording.objects.order_by("pk").values_list("title", flat=True)) == ["{{bundle}} 결제 알림", ""]
    assert mall.get("/cms/wordings/nonsense/").status_code == 404


def test_who_may_only_look_changes_no_words(mall, told):
    mall.force_login(staff("audit", "DESK", Duty.AUDITOR))
    mall.post("/cms/wordings/charged/", {"title": "제목", "text": "{{amount}}", "do": "save"})
    mall.post("/cms/wordings/charged/reset/")
    mall.post(f"/cms/notices/{Notice.objects.get(kind='charged').pk}/again/")
    assert (Wording.objects.count(), Notice.objects.get(kind="charged").outcome) == (0, "sent")


def test_the_manager_connects_phone_messages(mall, sunchang):
    mall.force_login(staff("boss", "DESK", Duty.MANAGER))
    page = "/cms/message-account/"
    bad = mall.post(page, {"api_key": "k", "sender": "가나다", "profile": ""})
    assert ("전화번호를 적어" in bad.content.decode(), MessageAccount.objects.count()) == (True, 0)
    mall.post(page, {"api_key": "sk-very-secret", "sender": "063-650-1114", "profile": "@sunchang"})
    shown = mall.get(page).content.decode()
    assert (MessageAccount.objects.get().api_key, "sk-very-secret" in shown) == ("sk-very-secret", False)


def test_what_could_not_be_sent_waits_on_the_first_page(mall, told):
    Notice.objects.update(outcome="failed", letter=None, noted_at=NOON - timedelta(days=1))
    mall.force_login(staff("help", "DESK", Duty.SUPPORT))
    assert "보내지 못한 알림" in mall.get("/cms/").content.decode()
