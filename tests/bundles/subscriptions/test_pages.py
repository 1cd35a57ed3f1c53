"""Every page of a subscription in a real browser: reachable for everyone, no wider than a phone."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.subscriptions import actions
from bundles.subscriptions.actions.consenting import Rise
from bundles.subscriptions.actions.giving import Giving, Place
from bundles.subscriptions.links import consent_path, gift_path
from core.clock import kst_date, now
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.models import User
from tests.bundles.test_screens import entered
from tests.bundles.world import BY, offer, resident, subscribed
from tests.ui.browser import WIDTHS, problems

HOST = "sunchang.localhost"


@pytest.fixture
def paths(sunchang: Any) -> tuple[Any, list[str]]:
    """A resident with a subscription that saw some changes, and a gift."""
    made = subscribed(offer(), MemoryGateway(), at=now())
    box, plan = made.cycles.select_related("subscription").get(number=2), made.plan
    stamp: dict[str, Any] = {"by": BY, "at": now()}
    actions.skip_cycle(box, **stamp)
    actions.change_quantity(made, 2, **stamp)
    given = actions.give(
        made.resident, plan, Place("이받음", "01055556666", "56042", "순창읍 선물로 7"),
        Giving(3, kst_date(now()) + timedelta(days=9), "생신 축하드려요"), method=made.method,
        agreed_amount=33_000, request_key="gift", **stamp,
    )  # fmt: skip
    third = made.cycles.get(number=3)
    rise = Rise(33_000, 39_000, 0, third.bill_on, "visa")
    home = f"/my/subscriptions/{made.pk}/"
    return made, [
        home, f"{home}history/", f"{home}cancel/", f"{home}pause/", f"{home}pause/?until={third.ends_on}", f"{home}plan/",
        f"{home}request/", f"{home}undo/", f"{home}boxes/{third.pk}/request/?window=any&place=door",
        f"/my/subscriptions/{given.pk}/", gift_path(given), f"{gift_path(given)}address/", consent_path(made, rise),
        f"/bundles/{plan.bundle.slug}/gift/", f"/bundles/{plan.bundle.slug}/",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_residents_pages_have_no_flaw(mall, paths, width):
    made, pages = paths
    entered(mall, made.resident.user)
    assert problems(mall, HOST, pages, width) == {}


def test_support_acts_for_a_resident_with_a_reason_and_nobody_else_may(mall, sunchang):
    made = subscribed(offer(), MemoryGateway(), at=now())
    home = f"/cms/snippets/subscriptions/subscription/inspect/{made.pk}/"
    entered(mall, resident().user)
    assert mall.post(f"{home}quantity/", {"quantity": 3, "reason": "전화"}).status_code in {302, 403}
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    page = mall.get(f"{home}quantity/?quantity=3").content.decode()
    assert "33,000원 → 93,000원" in page
    mall.post(f"{home}quantity/", {"quantity": 3, "reason": ""})
    made.refresh_from_db()
    assert (made.quantity, made.changes.count()) == (1, 0)
    mall.post(f"{home}quantity/", {"quantity": 3, "reason": "전화로 부탁하셨습니다"})
    made.refresh_from_db()
    change = made.changes.get()
    assert (made.quantity, change.by_kind, change.why) == (3, "person", "전화로 부탁하셨습니다")
    assert "전화로 부탁하셨습니다" in mall.get(home).content.decode()
    assert mall.get(f"{home}nothing/").status_code == 404
