"""Pages of a term paid in advance, before buying, while it runs and on leaving: what they say, and how they look."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from bundles.plans.models import Payment, Plan
from bundles.subscriptions.models import Subscription
from core.clock import now
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.models import User
from tests.bundles.test_screens import entered
from tests.bundles.world import offer, prepaid
from tests.ui.browser import WIDTHS, problems

HOST = "sunchang.localhost"


@pytest.fixture
def made(sunchang: Any) -> Subscription:
    """Six months at 10 % less, the first box paid long enough ago for the second one to be near."""
    sold = offer()
    Plan.objects.create(bundle=sold, cadence="monthly", term_months=6, payment=Payment.PREPAID, discount_bp=1_000)
    gateway = MemoryGateway()
    return prepaid(sold, gateway, at=now() - timedelta(days=3))


def pages_of(made: Subscription) -> list[str]:
    home, slug = f"/my/subscriptions/{made.pk}/", made.plan.bundle.slug
    second = made.cycles.get(number=2)
    return [
        f"/bundles/{slug}/", f"/bundles/{slug}/subscribe/?plan={made.plan.pk}", home, f"{home}cancel/",
        f"{home}renewal/", f"{home}boxes/{second.pk}/skip/", f"/my/boxes/{second.pk}/", "/my/subscriptions/",
    ]  # fmt: skip


def test_every_page_says_what_was_paid_and_what_goes_back(mall, made):
    entered(mall, made.resident.user)
    bundle, join, mine, leaving, renewal, skip, box, listed = (
        mall.get(path).content.decode() for path in pages_of(made)
    )
    assert "180,000원" in bundle
    assert "147,000원" in bundle
    assert "27,000원" in bundle
    assert f'value="{made.plan.pk}:180000" checked' in join
    assert "오늘 그만두면 돌려받는 금액" in mine
    assert "150,000원" in mine
    assert "150,000원을 모두 3영업일 안에 돌려드려요." in leaving
    assert "다음 상자부터 상자마다 결제하며 계속" in renewal
    assert "이미 낸 상자라서 나중에 와요." in skip
    assert "미리 결제함" in box
    assert "미리 결제함" in listed
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    desk = mall.get(f"/cms/snippets/subscriptions/subscription/inspect/{made.pk}/").content.decode()
    assert "오늘 해지 시 환불액" in desk
    assert "150,000원" in desk
    assert "/quantity/" not in desk
    order = made.prepaid.prepayment.order
    assert "180,000원" in mall.get(reverse("orders:order", args=[order.number])).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_have_no_flaw(mall, made, width):
    entered(mall, made.resident.user)
    assert problems(mall, HOST, pages_of(made), width) == {}
