"""Boxes: from the paid order to the confirmed purchase."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.actor import SYSTEM
from core.laws import violations
from malls.fulfillment import laws, queries
from malls.fulfillment.actions import confirm_due, deliver_shipments, pack_shipments, ship_shipments
from malls.fulfillment.errors import TrackingNumberTwice, TrackingNumberWrong, UnknownCourier
from malls.fulfillment.models import Shipment
from malls.fulfillment.rules import Pick, Piece, masked_name, picks_of, tracking_digits
from malls.orders import laws as order_laws
from malls.orders.actions import mark_paid
from malls.orders.models import Order
from malls.orders.rules import LineDraft
from settlement.statements.models import Earning
from tests.factories.malls import a_line, a_product, a_resident, an_order

pytestmark = pytest.mark.usefixtures("sunchang")
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def paid_boxes(count=1, **fields):
    resident, product = a_resident(), a_product()
    orders = [an_order(resident, [a_line(product)], **fields) for _ in range(count)]
    mark_paid(orders, by=SYSTEM, at=AT)
    return list(Shipment.objects.filter(order__in=orders).order_by("pk"))


def ship(boxes, *numbers, courier="cj"):
    by_box = {box.pk: number for box, number in zip(boxes, numbers, strict=True)}
    return ship_shipments(boxes, courier=courier, numbers=by_box, by=SYSTEM, at=AT)


def all_laws():
    return violations(laws.LAWS) + violations(order_laws.LAWS)


def test_paid_goods_get_a_box_on_the_agreed_day_and_vouchers_none():
    (box,) = paid_boxes(ship_on=date(2026, 11, 5))
    voucher = LineDraft("voucher", "partner:1", "데모", "체험권", 1, 9_000, "exempt", 0)
    only_voucher = an_order(lines=[voucher], shipping=0)
    mark_paid([only_voucher], by=SYSTEM, at=AT)
    assert (box.ship_on, box.state) == (date(2026, 11, 5), "pending")
    assert Shipment.objects.count() == 1
    assert all_laws() == []


def test_boxes_are_packed_shipped_delivered_and_confirmed_after_seven_days():
    boxes = paid_boxes(2)
    pack_shipments(boxes[:1], by=SYSTEM, at=AT)
    ship(Shipment.objects.order_by("pk"), "1234-5678-9012", "999900001111")
    assert list(Order.objects.values_list("state", flat=True)) == ["shipped", "shipped"]
    assert all_laws() == []
    deliver_shipments(list(Shipment.objects.all()), by=SYSTEM, at=AT)
    assert confirm_due(at=AT + timedelta(days=6)) == 0
    assert confirm_due(at=AT + timedelta(days=7)) == 2
    assert confirm_due(at=AT + timedelta(days=8)) == 0
    assert Earning.objects.count() == 2
    assert all_laws() == []


def test_boxes_without_a_number_stay():
    boxes = paid_boxes(2)
    assert [box.tracking_no for box in ship(boxes, "123456789012", " ")] == ["123456789012"]
    assert sorted(Shipment.objects.values_list("state", flat=True)) == ["pending", "shipped"]


@pytest.mark.parametrize(
    ("numbers", "courier", "refusal"),
    [
        (("12345", "123456789012"), "cj", TrackingNumberWrong),
        (("가나다라마바사아", "123456789012"), "cj", TrackingNumberWrong),
        (("123456789012", "1234 5678 9012"), "cj", TrackingNumberTwice),
        (("123456789012", "123456789013"), "nobody", UnknownCourier),
    ],
)
def test_wrong_numbers_refuse_the_whole_call(numbers, courier, refusal):
    boxes = paid_boxes(2)
    with pytest.raises(refusal):
        ship(boxes, *numbers, courier=courier)
    assert set(Shipment.objects.values_list("state", "tracking_no")) == {("pending", "")}


def test_a_number_of_another_box_is_refused():
    ship(paid_boxes(), "123456789012")
    with pytest.raises(TrackingNumberTwice):
        ship(paid_boxes(), "123456789012")


def test_shipping_twice_moves_once():
    boxes = paid_boxes()
    ship(boxes, "123456789012")
    assert ship(boxes, "123456789099") == []
    assert Shipment.objects.get().tracking_no == "123456789012"


def test_shipping_many_takes_a_constant_number_of_statements(django_assert_num_queries):
    for size in (1, 20):
        boxes = paid_boxes(size)
        with django_assert_num_queries(14):
            ship(boxes, *[f"{size}{number:011d}" for number in range(size)])


def test_the_pick_list_counts_pieces_and_boxes():
    pieces = [
        Piece(1, "A", "박데모", "가게", "고추장", "500 g", "상온", 2),
        Piece(2, "B", "김데모", "가게", "고추장", "500 g", "상온", 1),
        Piece(2, "B", "김데모", "나게", "된장", "1 kg", "냉장", 1),
    ]
    assert picks_of(pieces) == [
        Pick("가게", "고추장", "500 g", "상온", 3, 2),
        Pick("나게", "된장", "1 kg", "냉장", 1, 1),
    ]


def test_boxes_to_send_are_those_of_the_day_and_late_ones():
    late, today, later = (paid_boxes(ship_on=date(2026, 11, day))[0] for day in (3, 4, 5))
    assert list(queries.boxes_to_send(date(2026, 11, 4))) == [late, today]
    assert [piece.order_number for piece in queries.pieces_in([later])] == [later.order.number]


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1234-5678-9012", "123456789012"),
        (" 12345678 ", "12345678"),
        ("1234567", None),
        ("1" * 21, None),
        ("１２３４５６７８", None),
    ],
)
def test_tracking_numbers(typed, digits):
    assert tracking_digits(typed) == digits


def test_names_on_paper_are_masked():
    assert [masked_name(name) for name in ("박데모", "김수", "이")] == ["박○모", "김○", "이"]
