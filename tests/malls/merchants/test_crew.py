"""A shop's and a partner's people are invited, let in to their own pages, and closed out again by the office."""

import re

import pytest
from django.core import mail

from bundles.vouchers.models import Partner, PartnerMember
from malls.merchants.models import MerchantMember
from tenants.people.duties import Duty
from tenants.people.models import RightsRecord, User
from tests.conftest import MallClient
from tests.factories.malls import a_merchant
from tests.factories.town import staff

EMAIL, PASSWORD = "owner@shop.example", "a-Long-enough-1"


@pytest.fixture
def desk(mall):
    mall.force_login(staff("boss", "CREW", Duty.MANAGER))
    return mall


@pytest.fixture(params=["merchant", "partner"])
def place(request, sunchang):
    """The page of a shop's or a partner's people, and where such people work."""
    if request.param == "merchant":
        return f"/cms/snippets/merchants/merchant/people/{a_merchant(name='가게').pk}/", "/merchant/", MerchantMember
    return f"/cms/snippets/vouchers/partner/people/{Partner.objects.create(name='공원').pk}/", "/redeem/", PartnerMember


def test_a_person_is_invited_gets_in_and_is_closed_out(desk, place):
    page, work, member = place
    answer = desk.post(page, {"verb": "invite", "name": "주인", "email": EMAIL}, follow=True).content.decode()
    assert ("주인" in answer, member.objects.count()) == (True, 1)
    path = re.search(r"http://sunchang\.localhost(/invitation/[\w-]+/)", mail.outbox[0].body)[1]
    owner = MallClient("sunchang.localhost")
    answer = owner.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == work
    assert owner.get(work).status_code == 200
    user = User.objects.get(email=EMAIL)
    desk.post(page, {"verb": "deactivate", "user": user.pk})
    assert owner.get(work).status_code == 302
    desk.post(page, {"verb": "reactivate", "user": user.pk})
    assert owner.get(work).status_code == 200
    kept = list(RightsRecord.objects.order_by("id").values_list("change", flat=True))
    assert kept == ["invited", "deactivated", "reactivated"]
    assert len(set(RightsRecord.objects.values_list("right", flat=True))) == 1


def test_an_invitation_is_sent_again_and_withdrawn(desk, place):
    page, _work, member = place
    desk.post(page, {"verb": "invite", "name": "주인", "email": EMAIL})
    user = User.objects.get(email=EMAIL)
    desk.post(page, {"verb": "resend", "user": user.pk})
    assert len({re.search(r"/invitation/\S+", sent.body)[0] for sent in mail.outbox}) == 2
    desk.post(page, {"verb": "withdraw", "user": user.pk})
    assert (User.objects.filter(email=EMAIL).count(), member.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "form", [{}, {"name": "", "email": ""}, {"name": "가", "email": "x"}, {"name": "가", "email": "boss@crew.example"}]
)
def test_a_bad_invitation_is_explained_and_nothing_leaves(desk, place, form):
    page, _work, member = place
    answer = desk.post(page, {"verb": "invite", **form}, follow=True).content.decode()
    assert "staff-error" in answer or "이미 있습니다" in answer
    assert (member.objects.count(), RightsRecord.objects.count(), mail.outbox) == (0, 0, [])


@pytest.mark.parametrize("user", ["", "x", "0", "9" * 30, "staff", "other"])
def test_nobody_elses_people_can_be_reached(desk, place, user):
    page, *_rest = place
    other = a_merchant(name="남의 가게")
    theirs = User.objects.create_user("their@shop.example", "pw")
    MerchantMember.objects.create(merchant=other, user=theirs)
    asked = {"staff": User.objects.get(email="boss@crew.example").pk, "other": theirs.pk}.get(user, user)
    for verb in ("deactivate", "withdraw", "resend", "nonsense"):
        assert desk.post(page, {"verb": verb, "user": asked}).status_code == 404
    assert User.objects.filter(is_active=True).count() == 2
    assert RightsRecord.objects.count() == 0


def test_who_may_not_change_shops_invites_nobody(mall, place):
    page, *_rest = place
    mall.force_login(staff("payer", "CREW", Duty.PAYER))
    assert mall.post(page, {"verb": "invite", "name": "가", "email": EMAIL}).status_code in {302, 403}
    assert User.objects.filter(email=EMAIL).count() == 0
