"""The state of billing in the CMS, the mall's own schedule, and letting a parked subscription go on."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.billing.actions import run_billing, unpark
from bundles.billing.desk import SHELVES
from bundles.billing.errors import ConsentNeeded, NotParked, ReasonNeeded
from bundles.billing.laws import LAWS
from bundles.billing.models import BillingRun, BillingSetting
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import add_months
from core.laws import violations
from core.state import Transition
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Charge
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.bundles.world import BY, NOON, TODAY, noon, offer, subscribed
from tests.factories import town

NEXT = add_months(TODAY, 1)
_numbers = count(1)


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


def staff(duty: Duty) -> User:
    return town.staff(f"{duty.name}{next(_numbers)}", "desk", duty)


def declined(gateway: MemoryGateway, count: int = 1) -> list[Subscription]:
    sold = offer()
    made = [subscribed(sold, gateway) for _ in range(count)]
    for one in made:
        gateway.script(one.method.method_ref, ["insufficient_funds"] * 9)
    run_billing(NEXT, at=noon(NEXT), gateway=gateway)
    return made


def test_two_boxes_due_on_one_day_charge_one_and_park_the_subscription_until_a_person_lets_it_go_on(gateway):
    made = subscribed(offer(cadence="weekly"), gateway)
    third = made.cycles.get(number=3).bill_on
    run = run_billing(third, at=noon(third), gateway=gateway)
    made.refresh_from_db()
    assert (run.paid, run.held, made.parked_why) == (1, 1, "twice")
    tomorrow = third + timedelta(days=1)
    assert run_billing(tomorrow, at=noon(tomorrow), gateway=gateway).due == 0
    with pytest.raises(ReasonNeeded):
        unpark(made, why=" ", by=BY, at=noon(tomorrow))
    unpark(made, why="두 회차를 받기로 통화함", by=BY, at=noon(tomorrow))
    step = Transition.objects.filter(thing="subscriptions.Subscription", thing_id=made.pk).order_by("-pk")[0]
    assert (step.before, step.after, step.why, step.by_name) == ("parked", "active", "두 회차를 받기로 통화함", "시험")
    assert run_billing(tomorrow, at=noon(tomorrow), gateway=gateway).paid == 1
    with pytest.raises(NotParked):
        unpark(made, why="again", by=BY, at=noon(tomorrow))
    assert len(gateway.charges()) == 3
    assert violations(LAWS) == []


def test_staff_cannot_agree_to_a_price_for_a_resident(gateway):
    made = subscribed(offer(), gateway)
    Subscription.objects.filter(pk=made.pk).update(parked_why="price")
    with pytest.raises(ConsentNeeded):
        unpark(made, why="I say so", by=BY, at=NOON)
    assert Subscription.objects.get(pk=made.pk).parked_why == "price"


def test_the_malls_own_days_are_those_of_the_tries(gateway):
    BillingSetting.objects.create(pk=1, retry_days=[2, 4], give_up_after=6)
    made = subscribed(offer(), gateway)
    gateway.script(made.method.method_ref, ["insufficient_funds"] * 9)
    asked = []
    for day in range(8):
        before = Charge.objects.count()
        on = NEXT + timedelta(days=day)
        run_billing(on, at=noon(on), gateway=gateway)
        asked += [day] if Charge.objects.count() > before else []
    made.refresh_from_db()
    assert (asked, made.state) == ([0, 2, 4], "paused")


def test_the_schedule_is_changed_by_those_who_may_and_checked(gateway, mall):
    address = "/cms/settings/billing/billingsetting/"
    mall.force_login(staff(Duty.MANAGER))
    page = mall.get(address, follow=True)
    assert page.status_code == 200
    address = page.redirect_chain[-1][0] if page.redirect_chain else address
    good = {"retry_days": "1,2,6", "give_up_after": "9", "per_second": "40"}
    assert mall.post(address, {**good, "retry_days": "1,9"}).status_code == 200
    assert mall.post(address, {**good, "per_second": "1"}).status_code == 200
    assert not BillingSetting.objects.filter(retry_days=[1, 9]).exists()
    assert mall.post(address, good).status_code == 302
    assert BillingSetting.objects.values_list("retry_days", "give_up_after", "per_second").get() == ([1, 2, 6], 9, 40)
    mall.force_login(staff(Duty.SUPPORT))
    assert mall.post(address, {**good, "per_second": "50"}).status_code == 302
    assert BillingSetting.objects.get().per_second == 40


def test_each_list_takes_the_same_statements_for_one_row_and_thirty(gateway, mall):
    mall.force_login(staff(Duty.MANAGER))
    for _ in range(2):
        mall.get("/cms/billing-desk/")
    counts = []
    for size in (1, 29):
        declined(gateway, size)
        Subscription.objects.update(parked_why="twice")
        Charge.objects.filter(state="declined").update(state="unknown", settled_at=None)
        for show in SHELVES:
            mall.get("/cms/billing-desk/", {"show": show})
            with CaptureQueriesContext(connection) as seen:
                page = mall.get("/cms/billing-desk/", {"show": show})
            assert (page.status_code, len(page.context["rows"])) == (200, 1 if size == 1 else 30)
            counts.append(len(seen))
        Charge.objects.filter(state="unknown").update(state="declined", settled_at=NOON)
    assert counts[:3] == counts[3:]


def test_lists_are_found_exported_and_let_go_on(gateway, mall):
    (made,) = declined(gateway)
    Subscription.objects.filter(pk=made.pk).update(parked_why="twice")
    mall.force_login(staff(Duty.MANAGER))
    email = made.resident.user.email
    assert len(mall.get("/cms/billing-desk/", {"q": email}).context["rows"]) == 1
    assert len(mall.get("/cms/billing-desk/", {"q": "nobody"}).context["rows"]) == 0
    table = mall.get("/cms/billing-desk/", {"export": "csv"}).content.decode("utf-8-sig")
    assert "첫 장독 상자" in table
    assert mall.get("/cms/billing-desk/", {"show": "nothing"}).status_code == 404
    assert BillingRun.objects.get().declined == 1
    mall.force_login(staff(Duty.AUDITOR))
    assert mall.post(f"/cms/billing-desk/{made.pk}/go-on/", {"why": "x"}).status_code in (302, 403)
    assert Subscription.objects.get(pk=made.pk).parked_why == "twice"
    mall.force_login(staff(Duty.MANAGER))
    mall.post(f"/cms/billing-desk/{made.pk}/go-on/", {"why": "통화함"})
    assert Subscription.objects.get(pk=made.pk).parked_why == ""
    assert Cycle.objects.filter(state="failed").count() == 1
