"""Residents change their boxes on pages; staff keep the rules, the shelf and the shortages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.boxes.actions import change_policy, foresee
from bundles.boxes.models import AddOn, Alternative, Extra, Remedy, Share, StockPolicy, Swap
from bundles.subscriptions.models import Subscription
from core.clock import now
from tests.bundles.boxes.shelf import Shelf, box, leave, stocked
from tests.bundles.test_screens import entered
from tests.bundles.world import BY, merchant, product, resident, send
from tests.ui.browser import WIDTHS, problems


@pytest.fixture
def shelf(sunchang: Any) -> Shelf:
    return stocked()


@pytest.fixture
def made(shelf: Shelf) -> Subscription:
    return shelf.subscribed(at=now())


def asked(shelf: Shelf, made: Subscription) -> Share:
    """The second box is short of gochujang, and its resident wants to be asked."""
    change_policy(made, Remedy.ASK, at=now())
    cycle = box(made)
    leave(shelf.gochujang.product, 0)
    foresee(cycle.bill_on - timedelta(days=5), by=BY, at=now())
    return Share.objects.get(cycle=cycle)


def test_a_box_shows_contents_sellers_origin_allergens_and_its_price(mall, made):
    entered(mall, made.resident.user)
    page = mall.get(f"/my/boxes/{box(made).pk}/").content.decode()
    for word in ("찹쌀고추장", "품앗이전통장", "국내산(순창)", "대두", "33,000원", "매실차", "지난 상자와 같아요"):
        assert word in page, word
    assert f"/my/boxes/{box(made).pk}/" in mall.get(f"/my/subscriptions/{made.pk}/").content.decode()
    assert f"/my/boxes/{box(made).pk}/" in mall.get("/my/").content.decode()


def test_swapping_shows_the_won_first_then_agrees_then_is_undone(mall, shelf, made):
    entered(mall, made.resident.user)
    address = f"/my/boxes/{box(made).pk}/swap/{shelf.gochujang.pk}/"
    assert "+2,500원" in mall.get(address).content.decode()
    asking = mall.get(f"{address}?to={shelf.oil.pk}").content.decode()
    assert ("33,000원에서 35,500원" in asking, 'name="amount" value="35500"' in asking) == (True, True)
    assert Swap.objects.count() == 0
    mall.post(address, {"to": shelf.oil.pk, "amount": "35500"})
    page = mall.get(f"/my/boxes/{box(made).pk}/").content.decode()
    assert ("참기름" in page, "35,500원" in page, Swap.objects.count()) == (True, True, 1)
    mall.post(f"{address}undo/")
    assert Swap.objects.count() == 0


def test_a_stale_amount_is_told_and_nothing_is_kept(mall, shelf, made):
    entered(mall, made.resident.user)
    answer = mall.post(f"/my/boxes/{box(made).pk}/add/{shelf.tea.pk}/", {"pieces": "2", "amount": "33000"}, follow=True)
    assert "47,000원이에요" in answer.content.decode()
    assert Extra.objects.count() == 0


def test_an_add_on_rides_along_and_is_taken_out(mall, shelf, made):
    entered(mall, made.resident.user)
    address = f"/my/boxes/{box(made).pk}/add/{shelf.tea.pk}/"
    assert 'value="47000"' in mall.get(f"{address}?pieces=2").content.decode()
    mall.post(address, {"pieces": "2", "amount": "47000"})
    assert Extra.objects.get().amount == 14_000
    assert "이번에 함께 담은 상품" in mall.get(f"/my/boxes/{box(made).pk}/").content.decode()
    mall.post(f"{address}take-out/")
    assert Extra.objects.count() == 0


@pytest.mark.parametrize("pieces", ["", "0", "-1", "6", "x", "\x00"])
def test_nonsense_pieces_add_nothing(mall, shelf, made, pieces):
    entered(mall, made.resident.user)
    answer = mall.post(f"/my/boxes/{box(made).pk}/add/{shelf.tea.pk}/", {"pieces": pieces, "amount": "40000"})
    assert (answer.status_code, Extra.objects.count()) == (200, 0)


def test_the_wish_is_kept(mall, made):
    entered(mall, made.resident.user)
    address = f"/my/subscriptions/{made.pk}/when-out-of-stock/"
    assert "대신 담기" in mall.get(address).content.decode()
    mall.post(address, {"remedy": "skip"})
    assert StockPolicy.objects.get().remedy == "skip"
    mall.post(address, {"remedy": "nonsense"})
    assert StockPolicy.objects.get().remedy == "skip"


def test_a_question_is_mailed_shown_and_answered(mall, shelf, made):
    share = asked(shelf, made)
    address = f"/my/boxes/{share.cycle_id}/question/{share.pk}/"
    send(now())
    assert send(now()) == 0
    assert len([one for one in mail.outbox if address in one.body]) == 1
    entered(mall, made.resident.user)
    assert address in mall.get("/my/").content.decode()
    page = mall.get(address).content.decode()
    assert ("17,595원" in page, "33,000원" in page) == (True, True)
    mall.post(address, {"remedy": "skip"})
    share.refresh_from_db()
    assert (share.remedy, share.answered_at is not None) == ("skip", True)
    assert "이번 상자는 건너뛰고" in mall.get(f"/my/boxes/{share.cycle_id}/").content.decode()


def test_another_residents_box_is_not_found(mall, shelf, made):
    share = asked(shelf, made)
    entered(mall, resident().user)
    mine = f"/my/boxes/{share.cycle_id}/"
    for path in (mine, f"{mine}swap/{shelf.gochujang.pk}/", f"{mine}add/{shelf.tea.pk}/", f"{mine}question/{share.pk}/",
                 f"/my/subscriptions/{made.pk}/when-out-of-stock/"):  # fmt: skip
        assert mall.get(path).status_code == 404, path
        assert mall.post(path, {"remedy": "skip", "amount": "33000"}).status_code == 404, path
    share.refresh_from_db()
    assert share.remedy == "ask"


def test_a_full_shelf_costs_no_more_statements(mall, made):
    entered(mall, made.resident.user)
    path = f"/my/boxes/{box(made).pk}/"
    mall.get(path)
    counts = []
    for number in (0, 10):
        for one in range(number):
            AddOn.objects.create(product=product(merchant(f"상점 {one}"), f"곁들임 {one}", 5_000))
        with CaptureQueriesContext(connection) as caught:
            mall.get(path)
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_my_box_pages_have_no_faults(mall, shelf, made, width):
    share = asked(shelf, made)
    entered(mall, made.resident.user)
    Alternative.objects.create(component=shelf.doenjang, product=product(merchant(), "청국장", 9_000), extra=500)
    mine = f"/my/boxes/{share.cycle_id}/"
    third = f"/my/boxes/{box(made, 3).pk}/"
    paths = [
        "/my/boxes/", mine, third, f"{third}swap/{shelf.gochujang.pk}/", f"{third}swap/{shelf.doenjang.pk}/?to=3",
        f"{third}add/{shelf.tea.pk}/", f"{third}add/{shelf.tea.pk}/?pieces=2", f"{mine}question/{share.pk}/",
        f"/my/subscriptions/{made.pk}/when-out-of-stock/", f"/my/subscriptions/{made.pk}/",
    ]  # fmt: skip
    assert problems(mall, "sunchang.localhost", paths, width) == {}
