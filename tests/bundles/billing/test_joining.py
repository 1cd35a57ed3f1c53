"""Joining with a term paid in advance, pressed on the real page of each municipality."""

from typing import Any

import pytest

from bundles.plans.models import Payment, Plan
from bundles.subscriptions.models import PrepaidTerm, Subscription
from core.laws import violations
from malls.payments.accounts import open_gateway
from malls.payments.models import Charge, PrepaidPart
from tenants.municipalities.door import inside_slug
from tests.bundles.subscriptions.test_prepaid import EVERY_LAW
from tests.bundles.test_screens import entered, joining
from tests.bundles.world import card, offer, resident
from tests.conftest import MallClient
from ui.templatetags.ui import kdate

TOWNS = ("sunchang", "boseong")


class Shopper:
    """A resident with address and card before a bundle's page: per box, or three months in advance at 10 % less."""

    def __init__(self, slug: str) -> None:
        self.sold, self.who, self.gateway = offer(), resident(), open_gateway()
        self.plan = Plan.objects.create(
            bundle=self.sold, cadence="monthly", term_months=3, payment=Payment.PREPAID, discount_bp=1_000
        )
        self.card = card(self.who, self.gateway)
        self.client = entered(MallClient(f"{slug}.localhost"), self.who.user)
        self.values = joining(self.client, self.sold, self.who, choice=f"{self.plan.pk}:90000")

    def press(self, **changes: Any) -> Any:
        return self.client.post(f"/bundles/{self.sold.slug}/subscribe/", {**self.values, **changes}, follow=True)


@pytest.fixture
def shoppers(sunchang: Any) -> dict[str, Shopper]:
    """One in each municipality."""
    found = {}
    for slug in TOWNS:
        with inside_slug(slug):
            found[slug] = Shopper(slug)
    return found


def kept() -> tuple[int, int, int]:
    """What stands in the present municipality: subscriptions, terms, charges."""
    return Subscription.objects.count(), PrepaidTerm.objects.count(), Charge.objects.count()


@pytest.mark.parametrize(("slug", "other"), [TOWNS, TOWNS[::-1]])
def test_a_term_is_bought_with_one_charge_and_its_page_says_so(shoppers, slug, other):
    first, second = shoppers[slug].press(), shoppers[slug].press()
    with inside_slug(slug):
        made = Subscription.objects.get()
        home = f"/my/subscriptions/{made.pk}/"
        term, charge = made.prepaid, Charge.objects.get()
        assert [answer.redirect_chain for answer in (first, second)] == [[(home, 302)]] * 2
        assert (made.state, made.plan, made.quantity) == ("active", shoppers[slug].plan, 1)
        assert (term.boxes, term.listed, term.amount, term.prepayment.amount) == (3, 33_000, 90_000, 90_000)
        assert (charge.amount, charge.state, charge.order) == (90_000, "succeeded", term.prepayment.order)
        assert [row.amount for row in PrepaidPart.objects.order_by("number")] == [30_000] * 3
        day = kdate(made.cycles.get(number=1).deliver_on)
        assert violations(EVERY_LAW) == []
    page = first.content.decode()
    assert f"90,000원이 결제되었어요. 첫 상자는 {day}에 도착해요." in page
    assert page.count("60,000원") == 2  # what is left of the term, and what goes back of it today
    with inside_slug(other):
        assert kept() == (0, 0, 0)


@pytest.mark.parametrize("slug", TOWNS)
def test_without_agreement_or_at_another_total_nothing_is_bought(shoppers, slug):
    silent = shoppers[slug].press(agreed="")
    dearer = shoppers[slug].press(choice=f"{shoppers[slug].plan.pk}:89999")
    assert (silent.status_code, dearer.status_code) == (400, 400)
    assert "금액과 날짜에 동의해야" in silent.content.decode()
    assert "가격이나 구독 방식이 바뀌었어요" in dearer.content.decode()
    with inside_slug(slug):
        assert kept() == (0, 0, 0)


@pytest.mark.parametrize("slug", TOWNS)
def test_a_declined_term_is_told_on_the_same_page_and_can_be_bought_with_another_card(shoppers, slug):
    shopper = shoppers[slug]
    shopper.gateway.script(shopper.card.method_ref, ["insufficient_funds"])
    declined = shopper.press()
    assert declined.status_code == 400
    assert "결제된 금액은 없고" in declined.content.decode()
    again = declined.context["form"]["request_key"].value()
    assert shopper.press(request_key=again).status_code == 200
    with inside_slug(slug):
        states = list(Subscription.objects.order_by("pk").values_list("state", flat=True))
        charges = list(Charge.objects.order_by("pk").values_list("amount", "state"))
        assert (states, charges) == (["cancelled", "active"], [(90_000, "declined"), (90_000, "succeeded")])
        assert violations(EVERY_LAW) == []


def test_the_page_offers_the_term_by_its_whole_price(shoppers):
    shopper = shoppers["sunchang"]
    page = shopper.client.get(f"/bundles/{shopper.sold.slug}/subscribe/?plan={shopper.plan.pk}").content.decode()
    assert f'value="{shopper.plan.pk}:90000" checked' in page
    assert "상자 3개 전체 금액, 오늘 한 번 결제: 상자당 30,000원, 배송비 포함" in page
