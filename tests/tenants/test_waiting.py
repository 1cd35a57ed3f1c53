"""The first page of the CMS counts what waits for each duty, and only that."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.billing.numbers import bundles_on_sale
from bundles.plans.models import Plan
from core.clock import now
from malls.merchants.models import Merchant, MerchantState
from malls.orders.models import Order
from malls.storefront.models import LegalPage
from tenants.people.charting import charts_for
from tenants.people.duties import Duty
from tenants.people.first_week import is_hidden, steps_for
from tenants.people.models import User
from tenants.people.waiting import figures_for, waiting_for
from tests.factories.malls import an_order
from tests.factories.town import live_a_month, small_town


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


def test_a_tile_leads_to_just_what_it_counts(mall, submitted):
    Merchant.objects.filter(business_no="0000000000").update(state=MerchantState.IN_REVIEW)
    boss = User.objects.create_superuser("boss@sunchang.example", "goeul-demo")
    mall.force_login(boss)
    rows = waiting_for(boss)
    assert [row.count for row in rows] == [2, 1]
    assert [len(mall.get(row.url).context["object_list"]) for row in rows] == [2, 1]


def test_figures_are_shown_by_duty(sunchang):
    assert [str(words) for words, _value in figures_for(staff(Duty.FINANCE))] == [
        "이번 달 주문",
        "이번 달 결제액",
        "아직 정산하지 않은 금액",
    ]
    assert [str(words) for words, _value in figures_for(staff(Duty.SHOWROOM))] == ["재생 중인 화면"]


def test_what_is_late_is_said(submitted):
    Merchant.objects.filter(business_no="0000000000").update(created_at=now() - timedelta(days=8))
    assert [(row.count, row.late) for row in waiting_for(staff(Duty.ONBOARDING))] == [(3, 1)]


def test_a_new_municipality_sees_its_first_steps_and_the_targets(sunchang):
    boss = staff(Duty.MANAGER)
    steps = {str(step.words): (step.count, step.target) for step in steps_for(boss)}
    assert steps["승인된 입점업체"] == (0, 100)
    assert steps["판매 중인 꾸러미"] == (0, 30)
    assert steps["결제대행사 연결"] == (0, 1)
    assert steps["약관·방침을 우리 기관 문안으로 바꾸기"] == (0, 4)
    assert steps["정산 작성자·결재자·지출자 지정"] == (0, 3)
    staff(Duty.FINANCE)
    staff(Duty.PAYER)
    LegalPage.objects.filter(slug="terms").update(body="<p>우리 약관</p>")
    Merchant.objects.create(business_no="1", name="데모", representative="데모", state=MerchantState.APPROVED)
    steps = {str(step.words): step for step in steps_for(boss)}
    assert steps["정산 작성자·결재자·지출자 지정"].count == 2
    assert steps["약관·방침을 우리 기관 문안으로 바꾸기"].count == 1
    assert (steps["승인된 입점업체"].count, steps["승인된 입점업체"].is_target) == (1, True)


def test_a_bundle_counts_once_it_can_be_subscribed_to(sunchang):
    town = small_town("STEP")
    assert bundles_on_sale() == 1
    Plan.objects.create(bundle=town.bundle, cadence="weekly")
    assert bundles_on_sale() == 1
    town.bundle.plans.all().delete()
    assert bundles_on_sale() == 0


def test_the_list_is_put_away_for_oneself_and_fetched_back(mall):
    boss, other = staff(Duty.MANAGER), staff(Duty.ONBOARDING)
    mall.force_login(boss)
    assert "steps-title" in mall.get("/cms/").content.decode()
    mall.post("/cms/first-week/", {"shown": "no"})
    assert "steps-title" not in mall.get("/cms/").content.decode()
    assert (is_hidden(boss), is_hidden(other)) == (True, False)
    mall.post("/cms/first-week/", {"shown": "yes"})
    assert "steps-title" in mall.get("/cms/").content.decode()


def test_a_duty_without_work_gets_a_calm_page(mall):
    mall.force_login(staff(Duty.PAYER))
    page = mall.get("/cms/").content.decode()
    assert ("home__calm" in page, "steps-title" in page) == (True, False)


def test_a_lived_month_is_drawn_and_written(mall, sunchang):
    town = small_town("CHART")
    live_a_month(town)
    shown = {str(title): drawing for title, drawing in charts_for(town.manager)}
    assert sum(bar.value for bar in shown["일별 결제액"].bars) == Order.objects.get().total
    assert [(bar.label, bar.words) for bar in shown["꾸러미별 이용 중인 구독(건)"].bars] == [("CHART 꾸러미", "1")]
    assert sum(bar.value for bar in shown["일별 발송 상자(개)"].bars) == 1
    assert sum(bar.value for bar in shown["월별 새 구독(건)"].bars) == 1
    mall.force_login(town.manager)
    page = mall.get("/cms/").content.decode()
    assert (page.count("<svg viewBox"), page.count("chart__table")) == (5, 5)


def test_the_first_page_takes_the_same_statements_for_one_and_for_thirty(mall, sunchang):
    boss = User.objects.create_superuser("boss@sunchang.example", "goeul-demo")
    mall.force_login(boss)
    counts = []
    for many in (1, 29):
        for n in range(many):
            Merchant.objects.create(business_no=f"{many}{n:08}", name="데모", representative="데모", approved_at=now())
            Order.objects.filter(pk=an_order().pk).update(paid_at=now())
        mall.get("/cms/")
        with CaptureQueriesContext(connection) as asked:
            mall.get("/cms/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
