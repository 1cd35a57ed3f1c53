"""Staff keep swap rules, the shelf and the mall's rules, and confirm who gets what is short."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.boxes.actions import foresee
from bundles.boxes.models import AddOn, Alternative, BoxSettings, Shortage, SwapLimit
from core.clock import now
from malls.catalog.models import Product
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.bundles.boxes.shelf import Shelf, box, leave, stocked
from tests.bundles.test_screens import entered
from tests.bundles.world import BY, merchant, product
from tests.factories.town import staff


@pytest.fixture
def shelf(sunchang: Any) -> Shelf:
    return stocked()


@pytest.fixture
def desk(mall: Any) -> Any:
    return entered(mall, User.objects.create_superuser("root@example.kr", "pw"))


def short(shelf: Shelf, count: int = 3) -> Shortage:
    """So many subscribers, one piece."""
    made = [shelf.subscribed(at=now()) for _ in range(count)]
    leave(shelf.gochujang.product, 1)
    (found,) = foresee(box(made[0]).bill_on - timedelta(days=3), by=BY, at=now())
    return found


def allow(desk: Any, shelf: Shelf, **changes: Any) -> Any:
    values = {"do": "allow", "component": shelf.doenjang.pk, "product": shelf.tea.product_id, "pieces": 1, "extra": 0}
    return desk.post(f"/cms/boxes/editions/{shelf.gochujang.edition_id}/", {**values, **changes})


def test_staff_allow_limit_and_withdraw_swaps_of_a_published_edition(desk, shelf):
    page = f"/cms/boxes/editions/{shelf.gochujang.edition_id}/"
    assert allow(desk, shelf, extra=1_500).status_code == 302
    made = Alternative.objects.get(component=shelf.doenjang)
    assert (made.product_id, made.extra, made.is_offered) == (shelf.tea.product_id, 1_500, True)
    desk.post(page, {"do": "withdraw", "alternative": made.pk})
    made.refresh_from_db()
    assert made.is_offered is False
    desk.post(page, {"do": "limit", "most": "1"})
    assert SwapLimit.objects.get().most == 1
    panel = desk.get(f"/cms/snippets/plans/edition/edit/{shelf.gochujang.edition_id}/").content.decode()
    assert ("참기름" in panel, f'href="{page}"' in panel) == (True, True)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"extra": -1}, "0"),
        ({"pieces": 0}, "1"),
        ({"product": "own"}, "원래 구성품"),
        ({"product": "retired"}, "판매 중이 아닙니다"),
        ({"product": "adult"}, "성인 전용"),
        ({"component": 999_999}, "올바"),
    ],
)
def test_a_swap_that_cannot_be_is_told_and_not_kept(desk, shelf, changes, word):
    other = product(merchant(), "복분자주", 12_000)
    Product.objects.filter(pk=other.pk).update(
        adult_only=changes.get("product") == "adult",
        state="retired" if changes.get("product") == "retired" else "approved",
    )
    chosen = {"own": shelf.doenjang.product_id, "retired": other.pk, "adult": other.pk}
    if changes.get("product"):
        changes = {"product": chosen[changes["product"]]}
    answer = allow(desk, shelf, **changes)
    assert (answer.status_code, word in answer.content.decode()) == (200, True)
    assert Alternative.objects.filter(component=shelf.doenjang).count() == 0


def test_the_shelf_takes_what_is_on_sale_for_everybody(desk, shelf):
    good, bad = product(merchant(), "쑥떡", 4_000), product(merchant(), "복분자주", 12_000, adult_only=True)
    for one in (good, bad):
        desk.post("/cms/snippets/boxes/addon/add/", {"product": one.pk, "most": 2, "position": 0, "is_offered": "on"})
    assert list(AddOn.objects.exclude(pk=shelf.tea.pk).values_list("product", flat=True)) == [good.pk]
    assert "쑥떡" in desk.get("/cms/snippets/boxes/addon/?q=쑥떡").content.decode()


def test_the_mall_s_rules_are_kept_once(desk, shelf):
    for policy in ("skip", "leave_out"):
        desk.post("/cms/boxes/rules/", {"policy": policy, "fallback": "skip", "most_pieces": 4})
    assert list(BoxSettings.objects.values_list("policy", "fallback", "most_pieces")) == [("leave_out", "skip", 4)]


def test_a_shortage_is_listed_changed_confirmed_and_taken_back(desk, shelf):
    found = short(shelf)
    page = desk.get("/cms/boxes/").content.decode()
    assert ("찹쌀고추장" in page, "첫 장독 상자" in page) == (True, True)
    assert "찹쌀고추장" in desk.get("/cms/boxes/?q=장독").content.decode()
    assert "모자라는 상품이 없습니다" in desk.get("/cms/boxes/?q=없는말").content.decode()
    served, lacking = found.shares.get(is_served=True), found.shares.filter(is_served=False).first()
    address = f"/cms/boxes/shortages/{found.pk}/"
    assert "김순창" in desk.get(address).content.decode()
    desk.post(address, {f"share-{served.pk}": "skip", f"share-{lacking.pk}": "served", "share-x": "served"})
    found.refresh_from_db()
    assert (found.state, found.shares.get(is_served=True).pk) == ("confirmed", lacking.pk)
    desk.post(address, {"do": "reopen"})
    found.refresh_from_db()
    assert found.state == "open"


def test_more_than_there_is_is_told_and_changes_nothing(desk, shelf):
    found = short(shelf)
    everyone = {f"share-{pk}": "served" for pk in found.shares.values_list("pk", flat=True)}
    answer = desk.post(f"/cms/boxes/shortages/{found.pk}/", everyone, follow=True)
    assert "3개가 필요하지만 1개뿐입니다" in answer.content.decode()
    assert found.shares.filter(is_served=True).count() == 1


def test_support_looks_and_changes_nothing(mall, shelf):
    found = short(shelf)
    entered(mall, staff("clerk", "DESK", Duty.SUPPORT))
    assert mall.get(f"/cms/boxes/shortages/{found.pk}/").status_code == 200
    assert mall.post(f"/cms/boxes/shortages/{found.pk}/", {}).status_code in {302, 403}
    assert mall.get("/cms/boxes/rules/").status_code in {302, 403}
    found.refresh_from_db()
    assert found.state == "open"


def test_the_lists_cost_the_same_however_long(desk, shelf):
    found = short(shelf, 3)
    paths = ("/cms/boxes/", f"/cms/boxes/shortages/{found.pk}/", f"/cms/boxes/editions/{shelf.gochujang.edition_id}/")
    counts: list[list[int]] = []
    for more in (0, 6):
        for number in range(more):
            shelf.subscribed(at=now())
            thing = product(merchant(), f"곁들임 {number}")
            Alternative.objects.create(component=shelf.doenjang, product=thing)
            Shortage.objects.create(product=thing, needed=2, available=1, first_on=found.first_on, found_at=now())
        foresee(found.first_on - timedelta(days=3), by=BY, at=now())
        counts.append([_statements(desk, path) for path in paths])
    assert counts[0] == counts[1]


def _statements(desk: Any, path: str) -> int:
    desk.get(path)
    with CaptureQueriesContext(connection) as caught:
        desk.get(path)
    return len(caught)
