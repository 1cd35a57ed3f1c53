"""Orders and shipping in the Wagtail admin."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import SYSTEM
from core.clock import kst_date, now
from malls.fulfillment.models import Shipment
from malls.orders.actions import mark_paid
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.actions import charge_orders
from malls.payments.models import ProviderAccount, Refund
from tenants.people.duties import Duty
from tenants.people.models import AccessRecord, User
from tests.factories.malls import a_card, a_line, a_product, a_resident, an_order

pytestmark = pytest.mark.usefixtures("sunchang")
ORDERS, SHIPPING = "/cms/orders/", "/cms/shipping/"


@pytest.fixture
def staff(mall):
    def become(duty):
        user = User.objects.create_user(
            f"{duty.name.lower()}@demo.example", last_name="김", first_name="담당", is_staff=True
        )
        user.groups.add(Group.objects.get(name=duty))
        mall.force_login(user)
        return mall

    return become


def paid_order(**fields):
    resident = a_resident()
    a_card(resident, open_gateway())
    order = an_order(resident, at=now(), **fields)
    charge_orders([order], gateway=open_gateway(), at=now())
    return Order.objects.get(pk=order.pk)


def text(answer):
    return answer.content.decode()


def test_orders_are_found_by_number_recipient_and_state(staff):
    desk = staff(Duty.SUPPORT)
    first, second = an_order(recipient="홍길동"), paid_order(recipient="성춘향")
    assert (first.number in text(desk.get(ORDERS)), second.number in text(desk.get(ORDERS))) == (True, True)
    for query, found in (
        ("q=홍길동", first),
        (f"q={second.number}", second),
        ("state=paid", second),
        ("state=placed", first),
    ):
        page = text(desk.get(f"{ORDERS}?{query}"))
        assert [order.number in page for order in (first, second)] == [found == first, found == second]
    assert desk.get(f"{ORDERS}?q=%00&state=nonsense&p=zzz").status_code == 200


def test_one_order_shows_everything_and_keeps_who_looked(staff):
    desk = staff(Duty.SUPPORT)
    order = paid_order()
    page = text(desk.get(f"{ORDERS}{order.number}/"))
    assert all(word in page for word in (order.lines.get().name, "4242", order.charges.get().provider_ref, "15,000원"))
    assert AccessRecord.objects.filter(task="view", subject=f"order {order.number}").count() == 1
    assert desk.get(f"{ORDERS}000000-XXXXXXXX/").status_code == 404


def test_support_cancels(staff):
    placed = an_order()
    desk = staff(Duty.SUPPORT)
    assert desk.get(f"{ORDERS}{placed.number}/cancel/").status_code == 200
    desk.post(f"{ORDERS}{placed.number}/cancel/", {"reason": "요청"})
    placed.refresh_from_db()
    assert placed.state == "cancelled"


def boxes(count):
    resident, product = a_resident(), a_product()
    orders = [an_order(resident, [a_line(product)], ship_on=kst_date(now())) for _ in range(count)]
    mark_paid(orders, by=SYSTEM, at=now())
    return list(Shipment.objects.filter(order__in=orders).order_by("pk"))


def test_the_hub_packs_ships_and_delivers(staff):
    desk = staff(Duty.MANAGER)
    first, second = boxes(2)
    assert first.order.number in text(desk.get(SHIPPING))
    assert "박○모" in text(desk.get(f"{SHIPPING}pick-list/"))
    desk.post(SHIPPING, {"do": "pack", "box": [first.pk]})
    desk.post(
        SHIPPING, {"do": "ship", "courier": "cj", "box": [first.pk, second.pk], f"number-{first.pk}": "1234-5678-9012"}
    )
    assert list(Shipment.objects.order_by("pk").values_list("state", "tracking_no")) == [
        ("shipped", "123456789012"),
        ("pending", ""),
    ]
    assert "123456789012" in text(desk.get(f"{SHIPPING}under-way/"))
    desk.post(f"{SHIPPING}under-way/", {"box": [first.pk]})
    assert Order.objects.get(pk=first.order_id).state == "delivered"


def test_a_wrong_number_is_one_sentence_and_ships_nothing(staff):
    desk = staff(Duty.MANAGER)
    (box,) = boxes(1)
    answer = desk.post(
        SHIPPING, {"do": "ship", "courier": "cj", "box": [box.pk], f"number-{box.pk}": "12"}, follow=True
    )
    assert box.order.number in text(answer)
    assert Shipment.objects.get().state == "pending"
    assert (
        desk.post(f"{SHIPPING}?day=2026-99-99", {"do": "ship", "courier": "x", "box": ["a", "9" * 30]}).status_code
        == 302
    )


def test_those_without_the_duty_are_kept_out(staff):
    order = paid_order()
    desk = staff(Duty.SHOWROOM)
    for url in (ORDERS, f"{ORDERS}{order.number}/", SHIPPING, f"{SHIPPING}pick-list/", f"{SHIPPING}under-way/"):
        assert desk.get(url).status_code in (302, 403)
    finance = staff(Duty.FINANCE)
    assert finance.get(ORDERS).status_code == 200
    assert finance.post(f"{ORDERS}{order.number}/refund/", {"reason": "x"}).status_code in (302, 403)
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("url", [ORDERS, SHIPPING, f"{SHIPPING}pick-list/"])
def test_lists_take_the_same_statements_for_one_row_and_many(staff, url):
    desk = staff(Duty.MANAGER)
    counts = []
    for more in (1, 12):
        boxes(more)
        desk.get(url)
        with CaptureQueriesContext(connection) as seen:
            desk.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_manager_connects_a_key_that_is_never_shown(staff):
    desk = staff(Duty.MANAGER)
    assert (
        desk.post("/cms/payment-account/", {"provider": "stripe", "secret_key": "pk_live_1234567890"}).status_code
        == 200
    )
    assert ProviderAccount.objects.count() == 0
    assert (
        desk.post("/cms/payment-account/", {"provider": "stripe", "secret_key": "sk_test_ours_1234567890"}).status_code
        == 302
    )
    row = ProviderAccount.objects.get()
    assert (row.secret_key, row.webhook_secret[:6]) == ("sk_test_ours_1234567890", "whsec_")
    assert "sk_test_ours" not in text(desk.get("/cms/payment-account/"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_key FROM payments_provideraccount")
        assert "sk_test" not in cursor.fetchone()[0]
    first = row.webhook_secret
    desk.post("/cms/payment-account/", {"provider": "stripe", "secret_key": "sk_test_new_1234567890"})
    assert ProviderAccount.objects.get().webhook_secret.split()[1] == first


def test_a_key_that_the_provider_refuses_changes_nothing(staff):
    desk = staff(Duty.MANAGER)
    open_gateway()
    before = ProviderAccount.objects.get().secret_key
    desk.post("/cms/payment-account/", {"provider": "stripe", "secret_key": "sk_live_unknown_to_the_simulator"})
    assert ProviderAccount.objects.get().secret_key == before
    assert staff(Duty.SUPPORT).get("/cms/payment-account/").status_code in (302, 403)


KOREAN = {"provider": "korean", "secret_key": "test_sk_ours_1234567890", "public_key": "test_ck_ours_1234567890"}


def test_the_manager_chooses_a_korean_provider(staff):
    desk = staff(Duty.MANAGER)
    for wrong in ({"secret_key": "sk_test_ours_1234567890"}, {"public_key": ""}, {"provider": "bank"}):
        assert desk.post("/cms/payment-account/", {**KOREAN, **wrong}).status_code == 200
    assert ProviderAccount.objects.count() == 0
    assert desk.post("/cms/payment-account/", KOREAN).status_code == 302
    row = ProviderAccount.objects.get()
    assert (row.provider, row.secret_key, row.public_key, row.webhook_secret[:6]) == (
        "korean", KOREAN["secret_key"], KOREAN["public_key"], "whsec_",
    )  # fmt: skip
    page = text(desk.get("/cms/payment-account/"))
    assert "/webhooks/korean/" in page
    assert KOREAN["secret_key"] not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_key || webhook_secret FROM payments_provideraccount")
        assert "test_sk" not in cursor.fetchone()[0]


def test_a_security_key_that_was_registered_by_hand_is_kept(staff):
    staff(Duty.MANAGER).post("/cms/payment-account/", {**KOREAN, "webhook_secret": "by_hand"})
    assert ProviderAccount.objects.get().webhook_secret == "by_hand"


def test_the_provider_stays_once_cards_stand_there(staff):
    desk = staff(Duty.MANAGER)
    a_card(a_resident(), open_gateway())
    before = ProviderAccount.objects.get()
    assert desk.post("/cms/payment-account/", KOREAN).status_code == 302
    row = ProviderAccount.objects.get()
    assert (row.provider, row.secret_key) == ("stripe", before.secret_key)
    assert "결제대행사는 바꿀 수 없습니다" in text(desk.get("/cms/payment-account/"))
