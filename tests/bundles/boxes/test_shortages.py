"""When something is short: who goes without, what is done instead, and that it is decided before anybody is charged."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.boxes import errors
from bundles.boxes.actions import (
    answer_question,
    change_policy,
    change_shares,
    foresee,
    reopen_shortage,
    set_extra,
)
from bundles.boxes.models import Alternative, BoxSettings, Remedy, Share, Shortage
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import add_months
from core.laws import violations
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.boxes.shelf import DAY_BEFORE, LAWS, Shelf, box, leave, stocked
from tests.bundles.world import BY, NOON, TODAY, noon, product, subscribed

BILL = add_months(TODAY, 1)
BEFORE = noon(BILL - timedelta(days=5))


@pytest.fixture
def shelf(sunchang: Any) -> Shelf:
    return stocked()


@pytest.fixture
def gateway() -> MemoryGateway:
    return MemoryGateway()


def three(shelf: Shelf, gateway: MemoryGateway) -> list[Subscription]:
    """Three subscribers; the first one is the longest-standing by a day."""
    made = [subscribed(shelf.sold, gateway) for _ in range(3)]
    Subscription.objects.filter(pk=made[0].pk).update(anchor_on=TODAY - timedelta(days=1))
    return made


def wish(made: list[Subscription], remedy: Remedy) -> None:
    for one in made:
        change_policy(one, remedy, at=NOON)


def look(at: Any = BEFORE) -> list[Shortage]:
    return foresee(at.date(), by=BY, at=at)


def orders(gateway: MemoryGateway) -> dict[int, list[str]]:
    """By subscription, what the boxes of the billing day hold; each is paid."""
    run_billing(BILL, at=noon(BILL), gateway=gateway)
    found = Order.objects.filter(cycle__bill_on=BILL, state="paid").order_by("cycle__subscription")
    return {
        one.cycle.subscription_id: [*one.lines.values_list("name", flat=True), one.total] for one in found
    }  # fmt: skip


def test_enough_is_no_shortage(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 3)
    assert look() == []


def test_a_shortage_is_seen_a_week_ahead_and_shared_out_by_the_rule(shelf, gateway):
    made = three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    (found,) = look()
    assert (found.product.name, found.needed, found.available, found.first_on) == ("찹쌀고추장", 3, 1, BILL)
    assert list(found.shares.filter(is_served=True).values_list("cycle__subscription", flat=True)) == [made[0].pk]
    assert look(BEFORE - timedelta(days=3)) == []


def test_looking_again_proposes_the_same(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    facts = ("cycle", "is_served", "remedy", "substitute")
    look()
    first = sorted(map(str, Share.objects.values_list(*facts)))
    look()
    assert sorted(map(str, Share.objects.values_list(*facts))) == first
    assert Shortage.objects.count() == 1


def test_the_shortage_is_over_when_stock_came_in(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    (found,) = look()
    leave(shelf.gochujang.product, 3)
    assert look() == []
    found.refresh_from_db()
    assert (found.state, Share.objects.count()) == ("over", 0)


@pytest.mark.parametrize(
    ("remedy", "box_of_the_others"),
    [
        (Remedy.SUBSTITUTE, ["참기름", "재래된장", 33_000]),
        (Remedy.LEAVE_OUT, ["재래된장", 17_595]),
        (Remedy.SKIP, None),
        (Remedy.ASK, ["재래된장", 17_595]),
    ],
)
def test_each_wish_is_done_before_the_charge_without_anybody_looking(shelf, gateway, remedy, box_of_the_others):
    made = three(shelf, gateway)
    wish(made, remedy)
    leave(shelf.gochujang.product, 1)
    found = orders(gateway)
    assert found.pop(made[0].pk) == ["찹쌀고추장", "재래된장", 33_000]
    assert found == ({one.pk: box_of_the_others for one in made[1:]} if box_of_the_others else {})
    skipped = Cycle.objects.filter(bill_on=BILL, state="skipped").count()
    assert skipped == (0 if box_of_the_others else 2)
    assert Cycle.objects.filter(bill_on__lte=BILL, state__in=("scheduled", "due")).count() == 0
    assert violations(LAWS) == []


def test_a_substitute_is_promised_once(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    leave(shelf.oil.product, 1)
    leave(shelf.soy.product, 0)
    boxes = sorted(map(str, orders(gateway).values()))
    assert boxes == sorted(map(str, [
        ["찹쌀고추장", "재래된장", 33_000], ["참기름", "재래된장", 33_000], ["재래된장", 17_595],
    ]))  # fmt: skip
    assert violations(LAWS) == []


def test_a_box_of_which_nothing_is_left_is_skipped(shelf, gateway):
    made = subscribed(shelf.sold, gateway)
    Alternative.objects.all().delete()
    leave(shelf.gochujang.product, 0)
    leave(shelf.doenjang.product, 0)
    assert orders(gateway) == {}
    assert list(made.cycles.order_by("number").values_list("state", flat=True))[:3] == [
        "ordered",
        "skipped",
        "scheduled",
    ]


def test_an_add_on_that_is_short_is_left_out_and_not_charged(shelf, gateway):
    made = subscribed(shelf.sold, gateway)
    change_policy(made, Remedy.SKIP, at=NOON)
    set_extra(box(made), shelf.tea, 2, amount=47_000, by=BY, at=NOON)
    leave(shelf.tea.product, 1)
    assert orders(gateway) == {made.pk: ["찹쌀고추장", "재래된장", 33_000]}
    assert violations(LAWS) == []


def test_whoever_went_without_comes_first_the_next_time(shelf, gateway):
    made = three(shelf, gateway)
    wish(made, Remedy.LEAVE_OUT)
    leave(shelf.gochujang.product, 1)
    orders(gateway)
    later = add_months(TODAY, 2)
    leave(shelf.gochujang.product, 2)
    (found,) = look(noon(later - timedelta(days=5)))
    served = set(
        found.shares.filter(is_served=True, cycle__bill_on=later).values_list("cycle__subscription", flat=True)
    )
    assert served == {made[1].pk, made[2].pk}


def test_the_mall_s_default_holds_for_whoever_chose_nothing(shelf, gateway):
    made = three(shelf, gateway)
    BoxSettings.objects.create(policy=Remedy.LEAVE_OUT)
    leave(shelf.gochujang.product, 1)
    assert list(orders(gateway)[made[1].pk]) == ["재래된장", 17_595]


def asked(shelf: Shelf, gateway: MemoryGateway) -> tuple[Subscription, Share]:
    made = three(shelf, gateway)
    wish(made[1:2], Remedy.ASK)
    leave(shelf.gochujang.product, 1)
    look()
    return made[1], Share.objects.select_related("cycle__subscription").get(cycle__subscription=made[1])


def test_an_answer_is_done(shelf, gateway):
    who, share = asked(shelf, gateway)
    assert (share.remedy, share.answer_by) == ("ask", BILL - timedelta(days=1))
    answer_question(share, Remedy.SUBSTITUTE, at=DAY_BEFORE)
    look(DAY_BEFORE)
    assert orders(gateway)[who.pk] == ["참기름", "재래된장", 33_000]


@pytest.mark.parametrize("late", [True, False])
def test_no_answer_after_the_last_day_and_no_substitute_that_is_not_there(shelf, gateway, late):
    _who, share = asked(shelf, gateway)
    Share.objects.filter(pk=share.pk).update(substitute=None)
    at, refusal = (noon(BILL), errors.NoQuestion) if late else (DAY_BEFORE, errors.NoSubstitute)
    with pytest.raises(refusal):
        answer_question(share, Remedy.SUBSTITUTE, at=at)
    share.refresh_from_db()
    assert (share.remedy, share.answered_at) == ("ask", None)


def test_nobody_answers_what_nobody_asked(shelf, gateway):
    made = three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    look()
    share = Share.objects.select_related("cycle__subscription").get(cycle__subscription=made[1])
    with pytest.raises(errors.NoQuestion):
        answer_question(share, Remedy.SKIP, at=BEFORE)
    share.refresh_from_db()
    assert share.remedy == "substitute"


def test_staff_change_who_gets_it_and_it_stays(shelf, gateway):
    made = three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    (found,) = look()
    mine = {share.cycle.subscription_id: share.pk for share in found.shares.select_related("cycle")}
    change_shares(
        found, {mine[made[0].pk]: "leave_out", mine[made[2].pk]: "served", mine[made[1].pk]: "skip"}, by=BY, at=BEFORE
    )
    look(DAY_BEFORE)
    assert orders(gateway) == {
        made[0].pk: ["재래된장", 17_595], made[2].pk: ["찹쌀고추장", "재래된장", 33_000],
    }  # fmt: skip
    assert violations(LAWS) == []


def test_staff_cannot_promise_more_than_there_is(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    (found,) = look()
    before = list(found.shares.values())
    with pytest.raises(errors.SharesExceedStock) as no:
        change_shares(found, {share.pk: "served" for share in found.shares.all()}, by=BY, at=BEFORE)
    found.refresh_from_db()
    assert no.value.fields == {"chosen": "3", "available": "1"}
    assert (found.state, list(found.shares.values())) == ("open", before)


def test_confirmed_is_confirmed_until_reopened_or_over(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 1)
    (found,) = look()
    change_shares(found, {}, by=BY, at=BEFORE)
    change_shares(found, {}, by=BY, at=BEFORE)
    assert look()[0].state == "confirmed"
    assert reopen_shortage(found, by=BY, at=BEFORE).state == "open"
    leave(shelf.gochujang.product, 9)
    look()
    with pytest.raises(errors.ShortageOver):
        change_shares(found, {}, by=BY, at=BEFORE)


def test_less_stock_than_confirmed_opens_the_proposal_again(shelf, gateway):
    three(shelf, gateway)
    leave(shelf.gochujang.product, 2)
    (found,) = look()
    change_shares(found, {}, by=BY, at=BEFORE)
    leave(shelf.gochujang.product, 0)
    (found,) = look()
    assert (found.state, found.shares.filter(is_served=True).count()) == ("open", 0)


def test_a_newcomer_does_not_take_what_is_promised_to_others(shelf, gateway):
    made = three(shelf, gateway)
    leave(shelf.gochujang.product, 2)
    look()
    served = set(Share.objects.filter(is_served=True).values_list("cycle__subscription", flat=True))
    new = subscribed(shelf.sold, gateway, at=BEFORE)
    assert list(new.cycles.get(number=1).order.lines.values_list("name", flat=True)) == ["참기름", "재래된장"]
    found = orders(gateway)
    assert {pk for pk, held in found.items() if held[0] == "찹쌀고추장"} == served <= {one.pk for one in made}


def test_two_products_short_in_one_box(shelf, gateway):
    made = subscribed(shelf.sold, gateway)
    Alternative.objects.create(component=shelf.doenjang, product=product(shelf.oil.product.merchant, "청국장", 9_000))
    leave(shelf.gochujang.product, 0)
    leave(shelf.doenjang.product, 0)
    assert orders(gateway) == {made.pk: ["참기름", "청국장", 33_000]}
