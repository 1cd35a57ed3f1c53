"""Terms paid in advance: charged once, owed until delivered, settled by the published rule when left."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.billing.actions import bill_subscription, run_billing
from bundles.billing.errors import FirstPaymentDeclined
from bundles.plans.models import Bundle, Payment, Plan
from bundles.subscriptions import actions
from bundles.subscriptions.errors import PrepaidBeginsAnew, PrepaidStands
from bundles.subscriptions.models import Subscription
from bundles.vouchers.actions import quote_refund, refund_voucher
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import Voucher
from core.clock import add_months
from core.laws import violations
from malls.fulfillment.actions import deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment
from malls.notices.models import Notice
from malls.orders.actions import confirm_orders
from malls.orders.models import Order
from malls.orders.returning import Choice
from malls.payments.actions import record_dispute, refund_order, settle_refunds
from malls.payments.gateways import ProviderDispute
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS as PAYMENT_LAWS
from malls.payments.models import Charge, Refund
from settlement.ledger.accounts import Code
from settlement.ledger.queries import total
from tests.bundles.billing.test_running import EVERY_LAW as HOUSE_LAWS
from tests.bundles.world import BY, NOON, TODAY, card, edition, noon, offer, partner, prepaid, resident, voucher_type

EVERY_LAW = [*HOUSE_LAWS, *PAYMENT_LAWS]


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


@pytest.fixture
def sold(gateway: MemoryGateway) -> Bundle:
    """30,000 won and 3,000 shipping, monthly; three months in advance at 10 % less."""
    made = offer()
    Plan.objects.create(bundle=made, cadence="monthly", term_months=3, payment=Payment.PREPAID, discount_bp=1_000)
    return made


def bill(gateway: MemoryGateway, on: date) -> Any:
    gateway.set_clock(noon(on))
    return run_billing(on, at=noon(on), gateway=gateway)


def box(made: Subscription, number: int) -> Any:
    return made.cycles.select_related("subscription", "order").get(number=number)


def deliver(at: datetime) -> None:
    boxes = list(Shipment.objects.exclude(state="delivered").order_by("pk"))
    ship_shipments(boxes, courier="cj", numbers={one.pk: f"6{one.pk:011}" for one in boxes}, by=BY, at=at)
    deliver_shipments(list(Shipment.objects.filter(state="shipped")), by=BY, at=at)
    confirm_orders(list(Order.objects.filter(state="delivered")), by=BY, at=at)


def give_back(gateway: MemoryGateway, at: datetime) -> None:
    settle_refunds(gateway=gateway, at=at + timedelta(minutes=6))


def test_the_whole_term_is_charged_once_and_each_box_uses_its_part(sold, gateway):
    made = prepaid(sold, gateway)
    charge = Charge.objects.get()
    assert (charge.amount, charge.state) == (3 * 33_000 - 9_000, "succeeded")
    assert (total(Code.PREPAID_TERMS), total(Code.CUSTOMER_ADVANCES)) == (60_000, 30_000)
    assert made.ends_on == add_months(TODAY, 3)
    for month, left in ((1, 30_000), (2, 0)):
        run = bill(gateway, add_months(TODAY, month))
        assert (run.due, run.paid, total(Code.PREPAID_TERMS)) == (1, 1, left)
    assert [order.total for order in Order.objects.order_by("pk")] == [30_000, 30_000, 30_000]
    assert [order.discount for order in Order.objects.order_by("pk")] == [3_000, 3_000, 3_000]
    assert (Charge.objects.count(), len(gateway.charges())) == (1, 1)
    assert Notice.objects.filter(kind="charged").count() == 1
    bill(gateway, add_months(TODAY, 3))
    made.refresh_from_db()
    assert (made.state, Order.objects.count()) == ("ended", 3)
    assert violations(EVERY_LAW) == []


def test_a_skipped_box_comes_later_and_an_undone_skip_restores_the_end(sold, gateway):
    made = prepaid(sold, gateway)
    actions.skip_cycle(box(made, 2), by=BY, at=NOON)
    made.refresh_from_db()
    assert made.ends_on == add_months(TODAY, 4)
    assert made.changes.get().told == [
        "2026년 12월 31일 (목) 상자는 오지 않아요. 이미 낸 상자라서 나중에 와요.",
        "2027년 3월 23일 (화)에 구독이 끝나요.",
        "다음 상자는 2027년 1월 28일 (목)에 와요. 이미 낸 상자예요.",
    ]
    actions.undo_change(made.changes.get(), by=BY, at=NOON)
    made.refresh_from_db()
    assert (made.ends_on, made.cycles.count()) == (add_months(TODAY, 3), 3)
    actions.pause_subscription(made, add_months(TODAY, 2), by=BY, at=NOON)
    made.refresh_from_db()
    assert made.ends_on == add_months(TODAY, 4)
    for month in range(1, 5):
        bill(gateway, add_months(TODAY, month))
    made.refresh_from_db()
    assert (made.state, Order.objects.count(), total(Code.PREPAID_TERMS)) == ("ended", 3, 0)
    assert violations(EVERY_LAW) == []


def test_leaving_after_the_days_of_withdrawal_gives_back_the_rest_by_the_formula(sold, gateway):
    made = prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    at = NOON + timedelta(days=20)
    seen = actions.preview(made, lambda: actions.cancel_subscription(made, by=BY, at=at), at=at)
    assert seen.told == (
        "더는 상자가 오지 않고 결제하지도 않아요.",
        "상자 2개는 오지 않아요. 미리 낸 60,000원 중 57,000원을 3영업일 안에 돌려드려요.",
        "3,000원은 돌려드리지 않아요. 이미 받은 상자에서 할인받은 금액이고, 남은 금액의 10%를 넘지 않아요.",
    )
    assert (seen.undo_until, Refund.objects.count()) == (None, 0)
    actions.cancel_subscription(made, by=BY, at=at)
    assert actions.undoable(made, at) is None
    give_back(gateway, at)
    assert list(Refund.objects.values_list("amount", "state")) == [(57_000, "succeeded")]
    assert (total(Code.PREPAID_TERMS), total(Code.CUSTOMER_ADVANCES)) == (0, 0)
    assert total(Code.MUNICIPALITY_SUBSIDY) == 0  # 3,000 given with the first box, 3,000 taken back
    actions.cancel_subscription(made, by=BY, at=at)
    assert Refund.objects.count() == 1
    assert violations(EVERY_LAW) == []


def test_within_seven_days_of_the_first_box_everything_left_goes_back(sold, gateway):
    made = prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    at = NOON + timedelta(days=16)
    actions.cancel_subscription(made, by=BY, at=at)
    give_back(gateway, at)
    assert Refund.objects.get().amount == 60_000
    assert violations(EVERY_LAW) == []


def test_a_box_that_was_given_back_takes_no_discount_with_it(sold, gateway):
    made = prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    at = NOON + timedelta(days=20)
    refund_order(Order.objects.get(), reason="파손", gateway=gateway, by=BY, at=at)
    actions.cancel_subscription(made, by=BY, at=at)
    give_back(gateway, at)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [30_000, 60_000]
    assert violations(EVERY_LAW) == []


def test_a_later_box_is_refunded_to_the_card_that_paid_the_term(sold, gateway):
    prepaid(sold, gateway)
    bill(gateway, add_months(TODAY, 1))
    order = Order.objects.order_by("-pk").first()
    refund_order(order, reason="파손", gateway=gateway, by=BY, at=noon(add_months(TODAY, 1)))
    order.refresh_from_db()
    assert (order.state, Refund.objects.get().charge) == ("refunded", Charge.objects.get())
    assert violations(EVERY_LAW) == []


def test_a_later_box_whose_voucher_and_goods_went_back_one_by_one_is_refunded(gateway):
    sold = offer(voucher=voucher_type(partner()))
    Plan.objects.create(bundle=sold, cadence="monthly", term_months=3, payment=Payment.PREPAID, discount_bp=1_000)
    prepaid(sold, gateway)
    bill(gateway, add_months(TODAY, 1))
    at = noon(add_months(TODAY, 1))
    first, order = Order.objects.order_by("pk")
    goods = Choice({line.pk: line.quantity for line in order.lines.filter(kind="product")}, shipping=True)
    refund_order(order, choice=goods, reason="파손", gateway=gateway, by=BY, at=at)
    order.refresh_from_db()
    assert order.state == "paid"
    voucher = Voucher.objects.get(order_number=order.number)
    refund_voucher(voucher.pk, agreed=quote_refund(voucher, at=at).amount, gateway=gateway, by=BY, at=at)
    first.refresh_from_db()
    order.refresh_from_db()
    assert (first.state, order.state) == ("paid", "refunded")
    assert violations([*EVERY_LAW, *VOUCHER_LAWS]) == []


def test_a_declined_term_begins_nothing(sold, gateway):
    made = prepaid(sold, gateway, charge=False)
    gateway.script(made.method.method_ref, ["insufficient_funds"])
    with pytest.raises(FirstPaymentDeclined):
        bill_subscription(made, at=NOON, gateway=gateway)
    made.refresh_from_db()
    assert (made.state, Order.objects.get().state, total(Code.PREPAID_TERMS)) == ("cancelled", "cancelled", 0)
    assert violations(EVERY_LAW) == []


def test_a_dearer_edition_costs_nothing_more_and_a_cheaper_one_gives_back(sold, gateway):
    prepaid(sold, gateway)
    things = [one.product for one in sold.editions.get().components.all()]
    edition(sold, things, 36_000, month=date(2026, 12, 1))
    edition(sold, things, 20_000, month=date(2027, 1, 1))
    bill(gateway, add_months(TODAY, 1))
    assert (Order.objects.order_by("-pk").first().total, Refund.objects.count()) == (30_000, 0)
    at = add_months(TODAY, 2)
    bill(gateway, at)
    assert Order.objects.order_by("-pk").first().total == 18_000 + 3_000
    give_back(gateway, noon(at))
    assert list(Refund.objects.values_list("amount", "state")) == [(9_000, "succeeded")]
    assert violations(EVERY_LAW) == []


def test_plan_and_quantity_stay_and_nobody_slips_into_a_term(sold, gateway):
    made = prepaid(sold, gateway)
    per_box = sold.plans.get(term_months=0)
    for refused, change in (
        (PrepaidStands, lambda: actions.change_plan(made, per_box, by=BY, at=NOON)),
        (PrepaidStands, lambda: actions.change_quantity(made, 2, by=BY, at=NOON)),
    ):
        with pytest.raises(refused):
            change()
    other = Plan.objects.get(payment=Payment.PREPAID)
    plain = Subscription.objects.create(
        resident=made.resident, plan=per_box, method=made.method, address=made.address, state="active",
        request_key="plain", anchor_on=TODAY, subscribed_at=NOON,
    )  # fmt: skip
    with pytest.raises(PrepaidBeginsAnew):
        actions.change_plan(plain, other, by=BY, at=NOON)
    made.refresh_from_db()
    assert (made.plan, made.quantity, made.changes.count(), plain.changes.count()) == (other, 1, 0, 0)


def test_a_term_ends_unless_its_resident_chose_to_go_on_per_box(sold, gateway):
    made, silent = prepaid(sold, gateway), prepaid(sold, gateway)
    actions.choose_renewal(made, renews=True, by=BY, at=NOON)
    assert made.changes.get().told == [
        "미리 낸 상자 다음부터는 한 번에 33,000원이에요.",
        "미리 낸 상자가 다 오면 그다음부터는 상자마다 결제해요. 해지할 때까지 계속돼요.",
    ]
    for month in range(1, 5):
        bill(gateway, add_months(TODAY, month) - timedelta(days=10))
        bill(gateway, add_months(TODAY, month))
    made.refresh_from_db()
    silent.refresh_from_db()
    assert (made.state, silent.state) == ("active", "ended")
    assert (made.plan.term_months, made.ends_on, made.renews) == (0, None, False)
    assert sorted(Charge.objects.values_list("amount", flat=True)) == [33_000, 33_000, 90_000, 90_000]
    assert violations(EVERY_LAW) == []


def test_a_lost_dispute_takes_the_rest_and_no_further_box_comes(sold, gateway):
    made = prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    found = ProviderDispute("dp_1", Charge.objects.get().provider_ref, 90_000, "fraudulent", "lost", 90_000, None, NOON)
    record_dispute(found, at=NOON + timedelta(days=12))
    assert total(Code.PREPAID_TERMS) == 0
    bill(gateway, add_months(TODAY, 1))
    made.refresh_from_db()
    assert (made.parked_why, Order.objects.count()) == ("prepaid", 1)
    assert violations(EVERY_LAW) == []


@pytest.mark.parametrize(
    ("dispute", "back", "loss"),
    [
        (("general", 20_000), 57_000, 20_000),
        (("general", 40_000), 47_000, 30_000),
        (("product_not_received", 40_000), 50_000, 0),
    ],
)
def test_what_a_bank_took_for_good_is_not_given_back_again(sold, gateway, dispute, back, loss):
    reason, taken = dispute
    made = prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    charge = Charge.objects.get()
    found = ProviderDispute("dp_1", charge.provider_ref, taken, reason, "lost", taken, None, NOON)
    record_dispute(found, at=NOON + timedelta(days=12))
    at = NOON + timedelta(days=20)
    seen = actions.preview(made, lambda: actions.cancel_subscription(made, by=BY, at=at), at=at)
    actions.cancel_subscription(made, by=BY, at=at)
    give_back(gateway, at)
    assert Refund.objects.get().amount == back
    assert f"{back:,}원" in seen.told[1]
    assert (total(Code.PREPAID_TERMS), total(Code.CUSTOMER_ADVANCES), total(Code.DISPUTED)) == (0, 0, 0)
    assert total(Code.DISPUTE_LOSSES) == loss
    assert violations(EVERY_LAW) == []


def cheaper(sold: Bundle, months: int) -> None:
    """An edition at 20,000 won from so many months on: a box of 21,000 instead of 30,000."""
    things = [one.product for one in sold.editions.first().components.all()]
    edition(sold, things, 20_000, month=add_months(TODAY, months).replace(day=1))


def contested(gateway: MemoryGateway, taken: int, state: str) -> ProviderDispute:
    """A bank took so much of the term's charge; what it decided."""
    held = 0 if state == "won" else taken
    return ProviderDispute("dp_1", Charge.objects.get().provider_ref, taken, "general", state, held, None, NOON)


@pytest.mark.parametrize(
    ("taken", "back", "loss"), [(40_000, 9_000, 40_000), (55_000, 5_000, 51_000), (59_999, 1, 51_000)]
)
def test_a_cheaper_box_gives_back_no_more_than_a_bank_left(sold, gateway, taken, back, loss):
    prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    record_dispute(contested(gateway, taken, "lost"), at=NOON + timedelta(days=12))
    refund_order(Order.objects.get(), reason="파손", gateway=gateway, by=BY, at=NOON + timedelta(days=13))
    cheaper(sold, 1)
    bill(gateway, add_months(TODAY, 1))
    give_back(gateway, noon(add_months(TODAY, 1)))
    assert list(Refund.objects.exclude(prepayment=None).values_list("amount", "state")) == [(back, "succeeded")]
    assert total(Code.PREPAID_TERMS) == 30_000
    assert total(Code.DISPUTE_LOSSES) == loss
    assert violations(EVERY_LAW) == []


@pytest.mark.parametrize(
    ("dispute", "back", "left"),
    [((55_000, "won"), [9_000], 30_000), ((35_000, "lost"), [9_000], 30_000), ((55_000, "lost"), [], 0)],
)
def test_while_a_bank_holds_the_money_what_a_box_did_not_need_waits(sold, gateway, dispute, back, left):
    taken, decided = dispute
    prepaid(sold, gateway)
    deliver(NOON + timedelta(days=9))
    refund_order(Order.objects.get(), reason="파손", gateway=gateway, by=BY, at=NOON + timedelta(days=11))
    record_dispute(contested(gateway, taken, "open"), at=NOON + timedelta(days=12))
    cheaper(sold, 1)
    at = noon(add_months(TODAY, 1))
    bill(gateway, at.date())
    assert (Refund.objects.count(), total(Code.PREPAID_TERMS)) == (1, 39_000)
    assert violations(EVERY_LAW) == []
    for _ in range(2):
        record_dispute(contested(gateway, taken, decided), at=at)
    give_back(gateway, at)
    assert list(Refund.objects.exclude(prepayment=None).values_list("amount", flat=True)) == back
    assert (total(Code.PREPAID_TERMS), total(Code.CUSTOMER_ADVANCES)) == (left, 21_000)
    assert violations(EVERY_LAW) == []


@pytest.mark.parametrize(("is_cheaper", "refunds"), [(False, 0), (True, 6)])
def test_statements_do_not_grow_with_the_number_of_prepaid_boxes(sold, gateway, is_cheaper, refunds):
    if is_cheaper:
        cheaper(sold, 1)
    seen = []
    for number, later in ((1, 0), (5, 1)):
        for _ in range(number):
            prepaid(sold, gateway, at=NOON + timedelta(days=later))
        with CaptureQueriesContext(connection) as caught:
            run = bill(gateway, add_months(TODAY + timedelta(days=later), 1))
        seen.append(len(caught))
        assert run.paid == number
    assert (seen[0], Refund.objects.count()) == (seen[1], refunds)


def test_two_residents_with_quantities_share_nothing(sold, gateway):
    who = resident()
    card(who, gateway)
    prepaid(sold, gateway, who=who, quantity=2)
    assert Charge.objects.get().amount == 3 * 63_000 - 18_000
    assert violations(EVERY_LAW) == []
