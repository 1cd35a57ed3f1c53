"""Who chose the phone gets 알림톡, SMS or LMS; what cannot be delivered goes by e-mail; nobody is woken."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from core.laws import violations
from malls.notices.actions import choose_way, save_account, save_wording
from malls.notices.channels import Delivered, NotDelivered, Parcel
from malls.notices.channels.phone import PhoneMessages
from malls.notices.channels.post import open_post
from malls.notices.errors import NoPhoneMessages
from malls.notices.kinds import kind_of
from malls.notices.laws import LAWS
from malls.notices.models import Choice, Letter, MessageAccount, Notice, Way
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.models import User
from tests.bundles.world import BY, NOON, offer, resident, send, subscribed
from tests.malls.notices.provider import provider

PARCEL = Parcel("charged.1.sunchang@goeul", "01012345678", "결제됐어요", "가" * 46)


@pytest.fixture
def company():
    with provider() as server:
        yield server


@pytest.fixture
def connected(sunchang, company, monkeypatch):
    monkeypatch.setattr(settings.ENV, "message_api_base", company.base)
    save_account("secret-1", "063-650-1114", "@sunchang")
    return company


def chosen(way: Way = Way.PHONE):
    who = resident()
    User.objects.filter(pk=who.user_id).update(phone="01012345678")
    who.user.phone = "01012345678"
    choose_way(who, way, at=NOON)
    return who


def test_the_key_rests_encrypted(connected):
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key FROM notices_messageaccount")
        assert "secret-1" not in cursor.fetchone()[0]
    assert MessageAccount.objects.get().api_key == "secret-1"


def test_an_approved_template_goes_as_alimtalk_with_what_stands_in_for_it(connected, mailoutbox):
    kind = kind_of("charged")
    save_wording(kind, str(kind.title), str(kind.text), template_code="GOEUL_PAID", by=BY, at=NOON)
    subscribed(offer(), MemoryGateway(), who=chosen())
    assert send(NOON) == 1
    (asked,) = connected.asked
    letter = Letter.objects.get()
    assert (asked["path"], connected.keys) == ("/v1/messages", ["Bearer secret-1"])
    assert {name: asked[name] for name in ("type", "profile", "templateCode", "to", "from", "text")} == {
        "type": "AT", "profile": "@sunchang", "templateCode": "GOEUL_PAID", "to": "01012345678", "from": "063-650-1114",
        "text": letter.text,
    }  # fmt: skip
    assert (asked["fallback"]["type"], asked["fallback"]["text"]) == ("LMS", letter.text)
    assert (letter.channel, letter.to, letter.reference, mailoutbox) == ("alimtalk", "01012345678", "M1", [])
    assert violations(LAWS) == []


def test_without_a_template_the_length_decides(sunchang, company):
    phone = PhoneMessages(company.base, MessageAccount(api_key="k", sender="0631234567"))
    long, short = PARCEL, Parcel(PARCEL.key, PARCEL.to, "제목", "가" * 45)
    assert (phone.send(long), phone.send(short)) == (Delivered("lms", "M1"), Delivered("sms", "M1"))
    assert [one["type"] for one in company.asked] == ["LMS", "SMS"]
    assert ["title" in one for one in company.asked] == [True, False]


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        ((200, {"code": "3016", "message": "템플릿이 다릅니다"}), True),
        ((401, {}), True),
        ((429, {}), False),
        ((503, {}), False),
        ((200, []), True),
        ((200, "x"), True),
    ],
)
def test_what_the_provider_refuses_is_told_apart(sunchang, company, answer, is_final):
    company.answers = [answer]
    said = PhoneMessages(company.base, MessageAccount(api_key="k", sender="0631234567")).send(PARCEL)
    assert isinstance(said, NotDelivered)
    assert said.is_final is is_final


def test_a_provider_that_is_away_is_asked_later_under_the_same_number(connected, mailoutbox):
    subscribed(offer(), MemoryGateway(), who=chosen())
    connected.answers = [(503, {})]
    assert send(NOON) == 0
    notice = Notice.objects.get(kind="charged")
    assert (notice.outcome, notice.problem, notice.next_try_at) == ("waiting", "HTTP 503", NOON + timedelta(minutes=1))
    assert send(NOON + timedelta(minutes=1)) == 1
    assert len({one["requestId"] for one in connected.asked}) == 1
    assert (len(connected.asked), mailoutbox) == (2, [])


def test_a_refused_number_gets_an_email(connected, mailoutbox):
    who = chosen()
    subscribed(offer(), MemoryGateway(), who=who)
    connected.answers = [(200, {"code": "2003", "message": "없는 번호"})]
    assert send(NOON) == 1
    assert ([mail.to for mail in mailoutbox], Letter.objects.get().channel) == ([[who.user.email]], "email")


def test_at_night_the_phone_waits_and_mail_does_not(connected, mailoutbox):
    night = NOON + timedelta(hours=10)
    subscribed(offer(), MemoryGateway(), who=chosen(), at=night)
    subscribed(offer(), MemoryGateway(), who=chosen(Way.EMAIL), at=night)
    assert (send(night), len(mailoutbox), connected.asked) == (1, 1, [])
    assert (send(night + timedelta(hours=10)), len(connected.asked)) == (1, 1)


def test_without_an_account_nobody_can_choose_the_phone(sunchang, boseong):
    who = resident()
    with pytest.raises(NoPhoneMessages):
        choose_way(who, Way.PHONE, at=NOON)
    assert (Choice.objects.count(), open_post().phone) == (0, None)


def test_the_account_of_one_mall_is_not_the_others(connected, boseong):
    assert (MessageAccount.objects.count(), open_post().phone) == (0, None)
