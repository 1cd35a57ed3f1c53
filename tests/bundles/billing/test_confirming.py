"""A payment that its card holder must agree to: charged exactly once, whoever comes how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.db import connection

from bundles.billing.actions import confirm_payment, run_billing, settle_payment
from bundles.billing.errors import NothingToConfirm
from bundles.billing.links import cycle_of, payment_path
from bundles.subscriptions.models import Cycle, CycleState
from core.clock import kst_date, now
from core.errors import Refusal
from core.laws import violations
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway, open_simulated
from malls.payments.actions import settle_unknown
from malls.payments.laws import LAWS
from malls.payments.models import Charge, ChargeState, PaymentMethod, ProviderAccount
from malls.payments.simulator import pages
from tenants.municipalities.door import inside, inside_slug
from tests.bundles.world import BY, NOON, offer, resident, send, subscribed
from tests.ui.browser import WIDTHS, problems

BACK = "http://sunchang.localhost/back/"
HOLDER = "authentication_required"


def a_box_that_waits(kind):
    """A subscription whose second box was declined because the bank wants its holder's word."""
    IN_THIS_PROCESS.faults.clear()
    open_simulated(kind)
    gateway = open_gateway()
    made = subscribed(offer(), gateway, at=NOON)
    account().moods[made.method.method_ref] = [HOLDER, HOLDER]
    box = made.cycles.get(number=2)
    Cycle.objects.filter(pk=box.pk).update(bill_on=kst_date(now()))
    run_billing(kst_date(now()), at=now(), gateway=gateway)
    box.refresh_from_db()
    assert (box.state, box.last_decline) == (CycleState.FAILED, HOLDER)
    return gateway, box


def account():
    return IN_THIS_PROCESS.account(ProviderAccount.objects.get().secret_key)


def succeeded(box):
    """The provider's own list of charges of a box's order."""
    number = Cycle.objects.select_related("order").get(pk=box.pk).order.number
    return [
        row for row in account().all("charge").values() if row["status"] == "succeeded" and row["description"] == number
    ]


def at_provider(url, **sent):
    page = pages.answer(
        IN_THIS_PROCESS, "POST" if sent else "GET", url.removeprefix(IN_THIS_PROCESS.address), urlencode(sent)
    )
    return page.location


@pytest.fixture
def waiting(sunchang):
    return a_box_that_waits("stripe")


def test_the_mail_leads_to_a_page_of_its_own(waiting, mall):
    assert waiting
    mail.outbox.clear()
    send(now())
    (letter,) = [one for one in mail.outbox if "/links/payment/" in one.body]
    assert "본인 확인" in letter.body
    path = letter.body[letter.body.index("/links/payment/") :].split()[0]
    page = mall.get(path)
    assert page.status_code == 200
    assert "본인 확인하고 결제" in page.content.decode()
    assert f"form-action 'self' {IN_THIS_PROCESS.address}" in page["Content-Security-Policy"]


def test_my_page_leads_to_the_page_that_confirms(waiting, mall):
    _gateway, box = waiting
    mine, order = f"/my/subscriptions/{box.subscription_id}/", f"/my/orders/{box.order.number}/"
    link = f'href="{mine}payment/"'
    mall.force_login(box.subscription.resident.user)
    for path in ("/my/", "/my/subscriptions/", mine, order):
        page = mall.get(path).content.decode()
        assert (page.count(link), "33,000원" in page) == (1, True), path
    assert "다른 카드를 골라 주세요" not in mall.get(mine).content.decode()
    assert mall.get(f"{mine}payment/").url == payment_path(box)
    mall.get(at_provider(mall.post(payment_path(box))["Location"], do="yes").removeprefix("http://sunchang.localhost"))
    for path in ("/my/", "/my/subscriptions/", mine, order):
        assert link not in mall.get(path).content.decode(), path
    assert mall.get(f"{mine}payment/").url == mine
    mall.force_login(resident().user)
    assert mall.get(f"{mine}payment/").status_code == 404


def test_another_decline_leads_to_another_card_as_before(waiting, mall):
    _gateway, box = waiting
    Cycle.objects.filter(pk=box.pk).update(last_decline="lost_card")
    mall.force_login(box.subscription.resident.user)
    page = mall.get(f"/my/subscriptions/{box.subscription_id}/").content.decode()
    assert (f"/my/subscriptions/{box.subscription_id}/card/" in page, "/payment/" in page) == (True, False)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_read_well(waiting, mall, width):
    _gateway, box = waiting
    mall.force_login(box.subscription.resident.user)
    card = box.subscription.method_id
    paths = [
        payment_path(box),
        "/my/payment-methods/add/",
        f"/my/payment-methods/{card}/replace/",
        "/my/payment-methods/",
        "/my/",
        f"/my/subscriptions/{box.subscription_id}/",
        f"/my/orders/{box.order.number}/",
    ]
    assert problems(mall, "sunchang.localhost", paths, width) == {}


def test_the_holder_agrees_and_the_box_is_charged_once(waiting, mall):
    _gateway, box = waiting
    path = payment_path(box)
    page = mall.post(path)["Location"]
    assert page.startswith(IN_THIS_PROCESS.address)
    assert succeeded(box) == []
    back = at_provider(page, do="yes").removeprefix("http://sunchang.localhost")
    for _ in range(2):
        assert mall.get(back)["Location"] == path
    box.refresh_from_db()
    assert (box.state, box.subscription.state) == (CycleState.ORDERED, "active")
    assert len(succeeded(box)) == 1
    assert "이미 결제" in mall.get(path).content.decode()
    assert mall.post(path).status_code == 302
    run_billing(kst_date(now()), at=now() + timedelta(hours=2), gateway=open_gateway())
    assert len(succeeded(box)) == 1
    assert violations(LAWS) == []


def test_a_holder_who_does_not_agree_may_try_again(waiting, mall):
    _gateway, box = waiting
    path = payment_path(box)
    mall.get(at_provider(mall.post(path)["Location"], do="no").removeprefix("http://sunchang.localhost"))
    box.refresh_from_db()
    assert (box.state, succeeded(box)) == (CycleState.FAILED, [])
    account().moods[box.subscription.method.method_ref] = [HOLDER]
    back = at_provider(mall.post(path)["Location"], do="yes")
    mall.get(back.removeprefix("http://sunchang.localhost"))
    box.refresh_from_db()
    assert (box.state, len(succeeded(box))) == (CycleState.ORDERED, 1)


def test_while_the_holder_is_asked_nobody_charges(waiting):
    gateway, box = waiting
    page = confirm_payment(box, back=BACK, gateway=gateway, by=BY, at=now())
    assert confirm_payment(box, back=BACK, gateway=gateway, by=BY, at=now()) == page
    for minutes in (1, 6, 30):
        at = now() + timedelta(minutes=minutes)
        run_billing(kst_date(at), at=at, gateway=gateway)
        settle_unknown(gateway=gateway, at=at)
    assert Charge.objects.filter(order=Cycle.objects.get(pk=box.pk).order).count() == 2
    assert succeeded(box) == []
    at_provider(page, do="yes")
    settle_unknown(gateway=gateway, at=now() + timedelta(hours=3))
    box.refresh_from_db()
    assert (box.state, len(succeeded(box))) == (CycleState.ORDERED, 1)


def test_a_holder_who_never_comes_back_is_given_up_at_the_provider_first(waiting):
    gateway, box = waiting
    page = confirm_payment(box, back=BACK, gateway=gateway, by=BY, at=now())
    later = now() + timedelta(hours=3)
    settle_unknown(gateway=gateway, at=later)
    run_billing(kst_date(now()), at=later, gateway=gateway)
    at_provider(page, do="yes")
    box.refresh_from_db()
    last = Charge.objects.filter(order=box.order).latest("attempt")
    assert (last.state, last.decline_code, box.state) == (ChargeState.DECLINED, HOLDER, CycleState.FAILED)
    assert succeeded(box) == []


def test_nothing_is_confirmed_that_does_not_wait(waiting):
    gateway, box = waiting
    Cycle.objects.filter(pk=box.pk).update(last_decline="lost_card")
    before = Charge.objects.count()
    with pytest.raises(NothingToConfirm):
        confirm_payment(box, back=BACK, gateway=gateway, by=BY, at=now())
    assert (Charge.objects.count(), Cycle.objects.get(pk=box.pk).state) == (before, CycleState.FAILED)


def test_a_link_works_in_its_own_mall_only(waiting, mall, other_mall):
    _gateway, box = waiting
    path = payment_path(box)
    token = path.split("/")[3]
    with inside_slug("boseong"):
        assert cycle_of(token) is None
    assert other_mall.get(path).status_code == 404
    assert mall.get(path[:-3] + "xx/").status_code == 404


def test_a_korean_provider_asks_for_the_card_anew(sunchang, mall):
    _gateway, box = a_box_that_waits("korean")
    path, old = payment_path(box), box.subscription.method
    page = mall.post(path)["Location"]
    assert "/pages/billing-auth?" in page
    back = at_provider(page, number="4242424242424242", do="yes").removeprefix("http://sunchang.localhost")
    for _ in range(2):
        assert mall.get(back)["Location"] == path
    box.refresh_from_db()
    old.refresh_from_db()
    assert (box.state, len(succeeded(box))) == (CycleState.ORDERED, 1)
    assert old.removed_at is not None
    assert PaymentMethod.objects.filter(removed_at=None).count() == 1
    assert violations(LAWS) == []


def test_coming_back_from_korea_without_a_card_charges_nothing(sunchang, mall):
    _gateway, box = a_box_that_waits("korean")
    back = at_provider(mall.post(payment_path(box))["Location"], do="no").removeprefix("http://sunchang.localhost")
    assert mall.get(back).status_code == 302
    box.refresh_from_db()
    assert (box.state, succeeded(box)) == (CycleState.FAILED, [])


def test_ten_clicks_and_two_billing_runs_at_once_charge_once(scratch):
    gateway, box = a_box_that_waits("stripe")

    def click(number):
        with inside(scratch):
            try:
                if number % 5 == 0:
                    run_billing(kst_date(now()), at=now(), gateway=gateway)
                    return ""
                return confirm_payment(box, back=BACK, gateway=gateway, by=BY, at=now())
            except Refusal:
                return ""
            finally:
                connection.close()

    with ThreadPoolExecutor(10) as pool:
        found = {page for page in pool.map(click, range(10)) if page}
    assert len(found) == 1
    assert Charge.objects.filter(order=Cycle.objects.get(pk=box.pk).order, attempt__gt=1).count() == 1
    at_provider(found.pop(), do="yes")

    def settle(_):
        with inside(scratch):
            try:
                settle_payment(Cycle.objects.get(pk=box.pk), gateway=gateway, by=BY, at=now())
            finally:
                connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(settle, range(8)))
    assert (Cycle.objects.get(pk=box.pk).state, len(succeeded(box))) == (CycleState.ORDERED, 1)
    assert violations(LAWS) == []
