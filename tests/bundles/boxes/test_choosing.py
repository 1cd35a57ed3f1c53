"""Swaps and add-ons: what may be chosen, what it costs, what is frozen, what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.boxes import errors
from bundles.boxes.actions import choose_swap, open_boxes, set_extra, undo_swap
from bundles.boxes.models import AddOn, Alternative, BoxSettings, Consent, Extra, Swap, SwapLimit
from bundles.boxes.previews import of_extra, of_swap
from bundles.boxes.queries import box_of
from bundles.plans.queries import current_editions
from bundles.subscriptions.actions import cancel_subscription
from bundles.subscriptions.errors import CannotChange, CutOffPassed
from core.clock import add_months, kst_date
from core.laws import violations
from malls.catalog.models import Product
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.boxes.shelf import DAY_BEFORE, LAWS, Shelf, box, leave, stocked
from tests.bundles.world import BY, NOON, TODAY, noon, subscribed

BILL = add_months(TODAY, 1)


@pytest.fixture
def shelf(sunchang: Any) -> Shelf:
    return stocked()


def kept() -> tuple[list[Any], list[Any], int]:
    return list(Swap.objects.values()), list(Extra.objects.values()), Consent.objects.count()


def lines(order: Order) -> list[tuple[str, int, int]]:
    return list(order.lines.values_list("name", "quantity", "amount"))


def test_swap_and_add_on_are_frozen_on_the_lines_and_charged_to_the_won(shelf):
    gateway = MemoryGateway()
    made = subscribed(shelf.sold, gateway)
    cycle = box(made)
    choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
    set_extra(cycle, shelf.tea, 2, amount=49_500, by=BY, at=NOON)
    run_billing(BILL, at=noon(BILL), gateway=gateway)
    order = Order.objects.get(cycle=cycle.pk)
    assert (order.goods, order.shipping, order.total, order.state) == (46_500, 3_000, 49_500, "paid")
    assert lines(order) == [("참기름", 1, 17_905), ("재래된장", 1, 14_595), ("매실차", 2, 14_000)]
    assert violations(LAWS) == []


def test_what_the_others_get_does_not_move_because_somebody_swaps(shelf):
    assert (shelf.gochujang.allocated, shelf.doenjang.allocated) == (15_405, 14_595)
    box_now = of_swap(box(shelf.subscribed()), shelf.oil, at=NOON).after
    assert [(slot.base, slot.extra) for slot in box_now.contents.slots] == [(15_405, 2_500), (14_595, 0)]


def test_only_this_box_is_changed(shelf):
    gateway = MemoryGateway()
    made = subscribed(shelf.sold, gateway)
    choose_swap(box(made, 2), shelf.oil, amount=35_500, by=BY, at=NOON)
    for number in (2, 3):
        day = add_months(TODAY, number - 1)
        run_billing(day, at=noon(day), gateway=gateway)
    assert list(Order.objects.order_by("pk").values_list("total", flat=True)) == [33_000, 35_500, 33_000]
    assert violations(LAWS) == []


def test_undo_restores_the_box_exactly(shelf):
    cycle = box(shelf.subscribed())
    before = box_of(cycle)
    choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
    set_extra(cycle, shelf.tea, 3, amount=56_500, by=BY, at=NOON)
    set_extra(cycle, shelf.tea, 0, amount=None, by=BY, at=NOON)
    undo_swap(cycle, shelf.gochujang, by=BY, at=NOON)
    after = box_of(cycle)
    assert (after.contents.slots, after.price) == (before.contents.slots, before.price)
    assert list(Consent.objects.values_list("amount", "extra")) == [
        (35_500, 2_500),
        (56_500, 23_500),
        (35_500, 2_500),
        (33_000, 0),
    ]


def test_doing_it_twice_is_doing_it_once(shelf):
    cycle = box(shelf.subscribed())
    for _ in range(2):
        choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
        set_extra(cycle, shelf.tea, 1, amount=42_500, by=BY, at=NOON)
    assert (Swap.objects.count(), Extra.objects.count(), Consent.objects.count()) == (1, 1, 2)


def test_choosing_another_alternative_replaces_the_first(shelf):
    cycle = box(shelf.subscribed())
    choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
    choose_swap(cycle, shelf.soy, amount=33_000, by=BY, at=NOON)
    assert list(Swap.objects.values_list("alternative", flat=True)) == [shelf.soy.pk]
    assert Consent.objects.order_by("pk").last().extra == 0


def test_preview_says_what_the_change_then_costs_and_keeps_nothing(shelf):
    cycle = box(shelf.subscribed())
    swap, extra = of_swap(cycle, shelf.oil, at=NOON), of_extra(cycle, shelf.tea, 2, at=NOON)
    assert (swap.difference, extra.difference, extra.after.price.total) == (2_500, 14_000, 47_000)
    assert kept() == ([], [], 0)


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda shelf: Alternative.objects.filter(pk=shelf.oil.pk).update(is_offered=False), errors.NotSwappable),
        (lambda shelf: Product.objects.filter(pk=shelf.oil.product_id).update(state="retired"), errors.NotSwappable),
        (lambda shelf: Product.objects.filter(pk=shelf.oil.product_id).update(adult_only=True), errors.NotSwappable),
        (lambda shelf: SwapLimit.objects.create(edition=shelf.gochujang.edition, most=0), errors.TooManySwaps),
        (lambda shelf: leave(shelf.oil.product, 0), errors.NotEnoughLeft),
    ],
)
def test_a_swap_that_is_not_allowed_changes_nothing(shelf, spoil, refusal):
    cycle = box(shelf.subscribed())
    spoil(shelf)
    with pytest.raises(refusal):
        choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
    assert kept() == ([], [], 0)


def test_another_amount_than_the_one_shown_is_refused(shelf):
    cycle = box(shelf.subscribed())
    with pytest.raises(errors.AmountHasChanged) as no:
        choose_swap(cycle, shelf.oil, amount=33_000, by=BY, at=NOON)
    assert no.value.fields == {"shown": "33,000", "now": "35,500"}
    with pytest.raises(errors.AmountHasChanged):
        set_extra(cycle, shelf.tea, 1, amount=1, by=BY, at=NOON)
    assert kept() == ([], [], 0)


@pytest.mark.parametrize(
    ("spoil", "pieces", "refusal"),
    [
        (lambda shelf: AddOn.objects.filter(pk=shelf.tea.pk).update(is_offered=False), 1, errors.NotOnTheShelf),
        (str, 6, errors.TooManyPieces),
        (lambda _: BoxSettings.objects.create(most_pieces=2), 3, errors.BoxIsFull),
        (lambda shelf: leave(shelf.tea.product, 2), 3, errors.NotEnoughLeft),
    ],
)
def test_an_add_on_that_is_not_allowed_changes_nothing(shelf, spoil, pieces, refusal):
    cycle = box(shelf.subscribed())
    spoil(shelf)
    with pytest.raises(refusal):
        set_extra(cycle, shelf.tea, pieces, amount=33_000 + 7_000 * pieces, by=BY, at=NOON)
    assert kept() == ([], [], 0)


def test_boxes_close_at_the_end_of_the_day_before_billing(shelf):
    cycle = box(shelf.subscribed())
    with pytest.raises(CutOffPassed):
        choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=noon(BILL))
    choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=DAY_BEFORE)
    with pytest.raises(CutOffPassed):
        undo_swap(cycle, shelf.gochujang, by=BY, at=noon(BILL))
    assert Swap.objects.count() == 1


def test_a_left_subscription_and_a_paid_box_are_closed(shelf):
    made = shelf.subscribed()
    with pytest.raises(CutOffPassed):
        set_extra(box(made, 1), shelf.tea, 1, amount=40_000, by=BY, at=NOON)
    cancel_subscription(made, by=BY, at=NOON)
    with pytest.raises(CannotChange):
        set_extra(box(made, 2), shelf.tea, 1, amount=40_000, by=BY, at=NOON)
    assert kept() == ([], [], 0)


def test_pieces_others_hold_are_not_left(shelf):
    first, second = box(shelf.subscribed()), box(shelf.subscribed())
    leave(shelf.tea.product, 5)
    set_extra(first, shelf.tea, 4, amount=61_000, by=BY, at=NOON)
    with pytest.raises(errors.NotEnoughLeft) as no:
        set_extra(second, shelf.tea, 2, amount=47_000, by=BY, at=NOON)
    assert no.value.fields == {"left": "1", "name": "매실차"}
    set_extra(first, shelf.tea, 5, amount=68_000, by=BY, at=NOON)
    assert list(Extra.objects.values_list("cycle", "pieces")) == [(first.pk, 5)]


def test_a_dearer_quantity_does_not_charge_a_swap_that_was_agreed_for_one_box(shelf):
    gateway = MemoryGateway()
    made = subscribed(shelf.sold, gateway)
    cycle = box(made)
    choose_swap(cycle, shelf.oil, amount=35_500, by=BY, at=NOON)
    type(made).objects.filter(pk=made.pk).update(quantity=2)
    made.agreements.update(amount=63_000)
    run_billing(BILL, at=noon(BILL), gateway=gateway)
    order = Order.objects.get(cycle=cycle.pk)
    assert (order.total, lines(order)[0][0]) == (63_000, "찹쌀고추장")
    assert violations(LAWS) == []


def test_the_price_of_an_add_on_stays_as_agreed(shelf):
    gateway = MemoryGateway()
    cycle = box(subscribed(shelf.sold, gateway))
    set_extra(cycle, shelf.tea, 1, amount=40_000, by=BY, at=NOON)
    Product.objects.filter(pk=shelf.tea.product_id).update(price=9_000)
    run_billing(BILL, at=noon(BILL), gateway=gateway)
    assert Order.objects.get(cycle=cycle.pk).total == 40_000


def test_two_boxes_cost_the_swap_twice(shelf):
    cycle = box(shelf.subscribed(quantity=2))
    made = choose_swap(cycle, shelf.oil, amount=68_000, by=BY, at=NOON)
    assert (made.price.total, made.contents.pieces[shelf.oil.product_id]) == (68_000, 2)


def test_nobody_who_chose_nothing_costs_a_statement_more(shelf, django_assert_num_queries):
    made = [shelf.subscribed() for _ in range(6)]
    edition = current_editions([shelf.sold.pk], TODAY)[shelf.sold.pk]
    pairs = [(box(one), edition) for one in made]
    for count in (1, 6):
        with django_assert_num_queries(2):
            assert open_boxes(pairs[:count], kst_date(NOON), by=BY, at=NOON + timedelta(days=1)) == {}
