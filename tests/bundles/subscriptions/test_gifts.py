"""Gifts: one pays, another receives, and three people's rights are kept apart."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.plans.errors import NotOffered
from bundles.plans.queries import current_edition, plan_price
from bundles.subscriptions import actions, errors
from bundles.subscriptions.actions.giving import Giving, Place
from bundles.subscriptions.laws import LAWS
from bundles.subscriptions.links import gift_path
from bundles.subscriptions.models import Gift, Subscription
from core.clock import kst_date, now
from core.laws import violations
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.gateways.memory import MemoryGateway
from tenants.municipalities.door import inside_slug
from tests.bundles.world import BY, NOON, TODAY, card, noon, offer, resident

PLACE = Place("이받음", "01055556666", "56042", "순창읍 선물로 7", "202호")
START = TODAY + timedelta(days=10)


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


def given(gateway: Any, sold: Any, **changes: Any) -> Subscription:
    payer = changes.pop("payer", None) or resident("박드림")
    plan = sold.plans.first()
    giving = Giving(changes.pop("boxes", 2), changes.pop("start_on", START), "생신 축하드려요")
    values: dict[str, Any] = {
        "method": card(payer, gateway), "request_key": "gift", "by": BY, "at": NOON,
        "agreed_amount": plan_price(plan, current_edition(sold, TODAY)).total, **changes,
    }  # fmt: skip
    return actions.give(payer, plan, PLACE, giving, **values)


def bill(gateway: MemoryGateway, on: date) -> None:
    gateway.set_clock(noon(on))
    run_billing(on, at=noon(on), gateway=gateway)


def test_a_gift_sends_the_boxes_given_to_the_recipient_and_ends_by_itself(gateway):
    made = given(gateway, offer())
    bill(gateway, TODAY)
    assert (Order.objects.count(), made.cycles.count()) == (0, 2)
    bill(gateway, START)
    bill(gateway, date(2027, 1, 3))
    bill(gateway, date(2027, 2, 3))
    made.refresh_from_db()
    orders = list(Order.objects.values_list("recipient", "phone", "line1", "total"))
    assert orders == [("이받음", "01055556666", "순창읍 선물로 7", 33_000)] * 2
    assert (made.state, made.renews) == ("ended", False)
    assert violations(LAWS) == []


def test_a_gift_pressed_twice_is_one(gateway):
    sold, payer = offer(), resident("박드림")
    first = given(gateway, sold, payer=payer)
    assert given(gateway, sold, payer=payer).pk == first.pk
    assert Gift.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"boxes": 0}, {"boxes": 25}, {"start_on": TODAY - timedelta(days=1)}, {"start_on": date(2027, 6, 1)}]
)
def test_a_gift_of_nothing_or_from_yesterday_is_refused(gateway, changes):
    with pytest.raises(errors.BadGift):
        given(gateway, offer(), **changes)
    assert Subscription.objects.count() == 0


def test_a_term_cannot_be_given_and_a_gift_cannot_be_renewed(gateway):
    sold = offer()
    made = given(gateway, sold)
    with pytest.raises(errors.NoTermToRenew):
        actions.choose_renewal(made, renews=True, by=BY, at=NOON)
    sold.plans.update(term_months=3)
    with pytest.raises(NotOffered):
        given(gateway, sold, request_key="other")
    assert Subscription.objects.count() == 1


def test_the_recipient_changes_address_and_skips_behind_the_link_without_seeing_money(mall, sunchang):
    today = kst_date(now())
    made = given(open_gateway(), offer(), start_on=today + timedelta(days=20), at=now())
    link = gift_path(made)
    page = mall.get(link).content.decode()
    assert ("생신 축하드려요" in page, "이받음" in page) == (True, True)
    assert [
        word
        for word in ("원", "고추장", "첫 장독 상자")
        if word in re.sub(r"(?s)<head>.*</head>|<footer.*|<header.*</header>", "", page)
    ] == []
    box = made.cycles.get(number=1)
    mall.post(f"{link}boxes/{box.pk}/")
    box.refresh_from_db()
    assert box.state == "skipped"
    values = {
        "recipient": "이받음",
        "phone": "010-7777-8888",
        "postcode": "56042",
        "line1": "순창읍 새집 1",
        "line2": "",
    }
    mall.post(f"{link}address/", values)
    gift = Gift.objects.get()
    assert (gift.phone, gift.line1) == ("01077778888", "순창읍 새집 1")
    changes = list(made.changes.order_by("pk").values_list("kind", "by_kind", "by_name"))
    assert changes == [("skip", "recipient", "이받음"), ("gift_addr", "recipient", "이받음")]


def test_a_link_works_in_its_own_mall_alone(mall, other_mall, sunchang):
    made = given(open_gateway(), offer(), start_on=kst_date(now()), at=now())
    link = gift_path(made)
    assert mall.get(link).status_code == 200
    with inside_slug("boseong"):
        assert other_mall.get(link).status_code == 404
    assert mall.get(link[:-3] + "x/").status_code == 404


def test_the_payer_gives_on_one_page_and_finds_the_link(mall, sunchang):
    sold, payer = offer(), resident("박드림")
    method = card(payer, open_gateway())
    mall.force_login(payer.user, backend="django.contrib.auth.backends.ModelBackend")
    page = mall.get(f"/bundles/{sold.slug}/gift/").content.decode()
    values = {
        "choice": re.search(r'name="choice" value="([^"]+)"', page)[1],
        "request_key": re.search(r'name="request_key" value="([^"]+)"', page)[1],
        "recipient": "이받음", "phone": "01055556666", "postcode": "56042", "line1": "순창읍 선물로 7",
        "boxes": 3, "start_on": str(kst_date(now())), "message": "고마워요", "method": method.pk,
    }  # fmt: skip
    refused = mall.post(f"/bundles/{sold.slug}/gift/", values)
    assert (refused.status_code, Gift.objects.count()) == (400, 0)
    answer = mall.post(f"/bundles/{sold.slug}/gift/", {**values, "agreed": "on"})
    made = Subscription.objects.get()
    assert (answer.url, made.state) == (f"/my/subscriptions/{made.pk}/", "active")
    assert gift_path(made) in mall.get(answer.url).content.decode()
