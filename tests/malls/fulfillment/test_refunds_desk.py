"""The refund desk: choose, see, do; two persons; requests of residents."""

from datetime import timedelta

import pytest

from core.actor import SYSTEM
from core.clock import now
from malls.orders.actions import mark_delivered, mark_shipped
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.actions import charge_orders
from malls.payments.models import Refund, RefundRules, Withdrawal
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.conftest import MallClient
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order
from tests.malls.fulfillment.test_desk import staff, text

__all__ = ["staff"]
pytestmark = pytest.mark.usefixtures("sunchang")
ORDERS, REFUNDS = "/cms/orders/", "/cms/refunds/"


def paid(amount=24_000, *, at=None, **product):
    at = at or now()
    resident = a_resident()
    a_card(resident, open_gateway())
    order = an_order(resident, [a_line(a_product(**product), quantity=2, amount=amount)], at=at)
    charge_orders([order], gateway=open_gateway(), at=at)
    return Order.objects.get(pk=order.pk)


def chosen(order, count, **more):
    return {f"line-{order.lines.get().pk}": str(count), "reason": "defect", "words": "뚜껑 파손", **more}


def test_a_clerk_sees_what_follows_and_gives_back(staff):
    desk, order = staff(Duty.SUPPORT), paid()
    page = text(desk.get(f"{ORDERS}{order.number}/refund/", chosen(order, 1)))
    assert "12,000원" in page
    assert Refund.objects.count() == 0
    desk.post(f"{ORDERS}{order.number}/refund/", chosen(order, 1))
    assert list(Refund.objects.values_list("amount", "reason", "by_name")) == [
        (12_000, "파손 또는 불량: 뚜껑 파손", "김담당")
    ]
    assert Withdrawal.objects.get().state == "granted"


@pytest.mark.parametrize(
    "words", [{"reason": "nonsense"}, {"words": ""}, {"line": "3"}, {"line": "0"}, {"line": "-1"}, {"line": "1e3"}]
)
def test_nonsense_is_a_sentence_and_moves_nothing(staff, words):
    desk, order = staff(Duty.SUPPORT), paid()
    values = chosen(order, words.pop("line", 1)) | words
    assert desk.post(f"{ORDERS}{order.number}/refund/", values, follow=True).status_code == 200
    assert (Refund.objects.count(), Withdrawal.objects.count()) == (0, 0)


def test_a_large_refund_needs_another_person(staff):
    order = paid(240_000)
    staff(Duty.SUPPORT).post(f"{ORDERS}{order.number}/refund/", chosen(order, 2))
    waiting = Withdrawal.objects.get()
    assert (waiting.state, Refund.objects.count()) == ("proposed", 0)
    mine = MallClient("sunchang.localhost")
    mine.force_login(User.objects.get(pk=waiting.proposed_by))
    mine.post(f"{REFUNDS}{waiting.pk}/answer/", {"do": "grant"})
    assert (Withdrawal.objects.get().state, Refund.objects.count()) == ("proposed", 0)
    other = staff(Duty.MANAGER)
    assert "240,000원" in text(other.get(f"{REFUNDS}{waiting.pk}/"))
    other.post(f"{REFUNDS}{waiting.pk}/answer/", {"do": "grant"})
    assert (Withdrawal.objects.get().state, Refund.objects.get().amount) == ("granted", 240_000)


def test_the_manager_types_the_amount_for_two_persons(staff):
    desk = staff(Duty.MANAGER)
    desk.post(f"{REFUNDS}rules/", {"four_eyes_from": "12,000"})
    order = paid()
    desk.post(f"{ORDERS}{order.number}/refund/", chosen(order, 1))
    assert Withdrawal.objects.get().state == "proposed"
    assert "12,000" in text(desk.get(REFUNDS))
    staff(Duty.SUPPORT).post(f"{REFUNDS}rules/", {"four_eyes_from": "1"})
    assert RefundRules.objects.get().four_eyes_from == 12_000


def resident_of(order):
    client = MallClient("sunchang.localhost")
    client.force_login(order.resident.user)
    return client, f"/my/orders/{order.number}/give-back/"


def delivered(order, at):
    for move in (mark_shipped, mark_delivered):
        move([Order.objects.get(pk=order.pk)], by=SYSTEM, at=at)


def test_a_resident_undoes_todays_purchase_at_once():
    order = paid()
    client, address = resident_of(order)
    assert client.get(address).status_code == 200
    client.post(address, {"do": "void"})
    assert (Order.objects.get().state, Refund.objects.get().amount) == ("refunded", 27_000)


def test_yesterdays_purchase_is_not_voided():
    order = paid(at=now() - timedelta(days=1))
    client, address = resident_of(order)
    assert client.post(address, {"do": "void"}).status_code == 400
    assert (Order.objects.get().state, Refund.objects.count()) == ("paid", 0)


def test_a_resident_asks_and_support_answers(staff):
    order = paid(at=now() - timedelta(days=2))
    client, address = resident_of(order)
    client.post(address, chosen(order, 2, reason="mind"))
    asked = Withdrawal.objects.get()
    assert (asked.state, asked.amount, asked.shipping, asked.is_residents) == ("asked", 27_000, True, True)
    assert client.post(address, chosen(order, 1)).status_code == 400
    desk = staff(Duty.SUPPORT)
    assert order.number in text(desk.get(REFUNDS))
    desk.post(f"{REFUNDS}{asked.pk}/answer/", {"do": "grant"})
    assert (Withdrawal.objects.get().state, Order.objects.get().state) == ("granted", "refunded")
    assert client.get(f"/my/orders/{order.number}/").status_code == 200


def test_support_says_no_with_a_reason_and_a_resident_takes_back(staff):
    order = paid(at=now() - timedelta(days=2))
    client, address = resident_of(order)
    client.post(address, chosen(order, 1))
    desk, asked = staff(Duty.SUPPORT), Withdrawal.objects.get()
    desk.post(f"{REFUNDS}{asked.pk}/answer/", {"do": "reject", "answer": ""})
    assert Withdrawal.objects.get().state == "asked"
    desk.post(f"{REFUNDS}{asked.pk}/answer/", {"do": "reject", "answer": "사진이 필요합니다"})
    assert "사진이 필요합니다" in text(client.get(f"/my/orders/{order.number}/"))
    client.post(address, chosen(order, 1))
    for _ in range(2):
        client.post(f"{address}take-back/")
    assert list(Withdrawal.objects.order_by("pk").values_list("state", flat=True)) == ["rejected", "taken_back"]
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    ("days", "storage", "reason", "state"),
    [
        (7, "ambient", "mind", "asked"),
        (8, "ambient", "mind", None),
        (8, "ambient", "defect", "asked"),
        (93, "ambient", "defect", None),
        (1, "chilled", "mind", None),
        (1, "chilled", "different", "asked"),
        (1, "ambient", "goodwill", None),
    ],
)
def test_reasons_have_their_periods(days, storage, reason, state):
    then = now() - timedelta(days=days)
    order = paid(at=then, storage=storage)
    delivered(order, then)
    client, address = resident_of(order)
    client.post(address, chosen(order, 2, reason=reason))
    found = Withdrawal.objects.first()
    assert (found.state if found else None) == state
    assert not found or found.shipping == (reason != "mind")


def test_nobody_gives_anothers_order_back():
    order = paid()
    client, _ = resident_of(paid())
    assert client.post(f"/my/orders/{order.number}/give-back/", {"do": "void"}).status_code == 404
    assert Refund.objects.count() == 0
