"""The first page of the CMS counts what waits for each duty, and only that."""

import pytest
from django.contrib.auth.models import Group

from malls.merchants.models import Merchant, MerchantState
from tenants.people.duties import Duty
from tenants.people.models import User
from tenants.people.waiting import figures_for, waiting_for


def staff(duty: Duty) -> User:
    user = User.objects.create_user(f"{duty.name.lower()}@sunchang.example", "goeul-demo", is_staff=True)
    user.groups.add(Group.objects.get(name=duty))
    return user


@pytest.fixture
def submitted(sunchang):
    return [
        Merchant.objects.create(
            business_no=f"{n:010}", name=f"데모 {n}", representative="데모", state=MerchantState.SUBMITTED
        )
        for n in range(3)
    ]


def test_the_onboarding_desk_sees_merchants_to_review(submitted):
    rows = [(str(row.words), row.count) for row in waiting_for(staff(Duty.ONBOARDING))]
    assert rows == [("심사할 입점업체", 3)]


def test_who_may_not_review_sees_nothing_of_it(submitted):
    assert waiting_for(staff(Duty.SHOWROOM)) == []


@pytest.mark.parametrize("duty", list(Duty), ids=lambda duty: duty.name)
def test_the_first_page_opens_for_every_duty(mall, submitted, duty):
    mall.force_login(staff(duty))
    page = mall.get("/cms/")
    assert page.status_code == 200
    assert ("심사할 입점업체" in page.content.decode()) == (duty in {Duty.ONBOARDING, Duty.MANAGER})


def test_every_tile_leads_to_a_page(mall, submitted):
    boss = User.objects.create_superuser("boss@sunchang.example", "goeul-demo")
    mall.force_login(boss)
    assert [mall.get(row.url).status_code for row in waiting_for(boss)] == [200]


def test_figures_are_shown_by_duty(sunchang):
    assert [str(words) for words, _value in figures_for(staff(Duty.FINANCE))] == [
        "이번 달 주문",
        "이번 달 결제액",
        "아직 정산하지 않은 금액",
    ]
    assert figures_for(staff(Duty.SHOWROOM)) == []
