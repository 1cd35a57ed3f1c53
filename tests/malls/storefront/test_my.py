import pytest

from core.clock import now
from malls.customers.actions import sign_up
from malls.orders.models import Order, OrderLine, OrderState
from malls.storefront.my import steps_of
from settlement.statements.actions import ensure_payee

PASSWORD = "goeul-demo-72"


def resident(email):
    return sign_up(email, PASSWORD, name="김하늘", phone="01012345678", agreed={"age", "terms", "privacy"}, at=now())


def order(who, number="S1", state=OrderState.PAID):
    made = Order.objects.create(
        number=number, source=f"test:{number}", resident=who, title="첫 장독 상자", state=state, goods=43_900,
        discount=2_000, shipping=3_000, total=44_900, recipient="김하늘", phone="01012345678", postcode="56030",
        line1="순창읍 1", placed_at=now(),
    )  # fmt: skip
    OrderLine.objects.create(
        order=made, position=0, kind="product", payee_ref="merchant:1", payee_name="품앗이전통장", name="찹쌀고추장",
        quantity=1, list_amount=19_000, amount=16_682, tax_type="taxable", commission_bp=500,
    )  # fmt: skip
    return made


@pytest.fixture
def me(mall):
    who = resident("haneul@example.kr")
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    return who


@pytest.mark.parametrize("state", list(OrderState))
def test_an_order_of_every_state_is_shown(mall, me, state):
    order(me, state=state)
    html = mall.get("/my/orders/S1/").content.decode()
    for word in ("첫 장독 상자", "찹쌀고추장", "16,682원", "44,900원", "-2,000원", "010-1234-5678"):
        assert word in html


def test_another_residents_order_does_not_exist(mall, me):
    order(resident("other@example.kr"), number="S2")
    assert mall.get("/my/orders/S2/").status_code == 404
    assert "S2" not in mall.get("/my/orders/").content.decode()


def test_steps_of_a_shipped_order():
    steps = steps_of(Order(state=OrderState.SHIPPED))
    assert [(step.label, step.state) for step in steps] == [
        ("결제 완료", "done"),
        ("꾸러미 준비", "done"),
        ("배송 중", "now"),
        ("배송 완료", "next"),
        ("구매 확정", "next"),
    ]


def test_a_refunded_order_has_no_steps():
    assert steps_of(Order(state=OrderState.REFUNDED)) == []


def test_a_confirmed_order_has_every_step_done():
    assert {step.state for step in steps_of(Order(state=OrderState.CONFIRMED))} == {"done"}


def test_a_resident_confirms_what_arrived_and_only_that(mall, me):
    ensure_payee("merchant:1", kind="merchant", name="품앗이전통장", business_no="")
    arrived, paid = order(me, "S3", OrderState.DELIVERED), order(me, "S4")
    theirs = order(resident("other@example.kr"), "S5", OrderState.DELIVERED)
    assert "구매 확정하기" in mall.get("/my/orders/S3/").content.decode()
    assert "구매 확정하기" not in mall.get("/my/orders/S4/").content.decode()
    answers = [mall.post(f"/my/orders/{one}/confirm/").status_code for one in ("S3", "S3", "S4", "S5")]
    assert answers == [302, 302, 302, 404]
    for one in (arrived, paid, theirs):
        one.refresh_from_db()
    assert (arrived.state, paid.state, theirs.state) == ("confirmed", "paid", "delivered")
