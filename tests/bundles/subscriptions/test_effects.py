"""Changes as residents make them: told in dates and won before, exact afterwards, undone without a trace."""

from datetime import date, timedelta
from typing import Any

import pytest

from bundles.billing.actions import run_billing
from bundles.billing.laws import LAWS as BILLING
from bundles.plans.models import Cadence, Edition, MallDay, Plan
from bundles.subscriptions import actions, errors
from bundles.subscriptions.actions.recording import values_of
from bundles.subscriptions.laws import LAWS
from bundles.subscriptions.models import Change, Cycle, Place, Subscription, Window, Wish
from core.clock import add_months, kst_midnight
from core.laws import violations
from malls.customers.models import Address
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import BY, NOON, TODAY, edition, noon, offer, subscribed

STAMP: dict[str, Any] = {"by": BY, "at": NOON}


@pytest.fixture
def gateway(sunchang: Any) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


@pytest.fixture
def made(gateway: MemoryGateway) -> Subscription:
    """Monthly, first box paid on 23 November; the next ones on 23 December, January and February."""
    return subscribed(offer(), gateway)


def box(subscription: Subscription, number: int) -> Cycle:
    return subscription.cycles.select_related("subscription").get(number=number)


def starts(subscription: Subscription) -> list[date]:
    return list(subscription.cycles.order_by("number").values_list("starts_on", flat=True))


def bill(gateway: MemoryGateway, on: date) -> None:
    gateway.set_clock(noon(on))
    run_billing(on, at=noon(on), gateway=gateway)


def test_preview_tells_what_the_change_then_does_and_leaves_nothing_behind(made):
    before, rows = values_of(made), Change.objects.count()
    seen = actions.preview(made, lambda: actions.skip_cycle(box(made, 2), **STAMP), at=STAMP["at"])
    assert (values_of(made), Change.objects.count()) == (before, rows)
    assert seen.told == (
        "2026년 12월 31일 (목) 상자는 오지 않고, 12월 23일 (수)의 33,000원도 결제하지 않아요.",
        "다음 상자는 2027년 1월 28일 (목)에 도착하고, 1월 23일 (토)에 33,000원을 결제해요.",
    )
    actions.skip_cycle(box(made, 2), **STAMP)
    made_row = made.changes.get(kind="skip")
    assert (tuple(made_row.told), made_row.undo_until) == (seen.told, kst_midnight(date(2026, 12, 23)))


def test_another_cadence_counts_from_the_next_box_and_keeps_what_was_billed(made):
    plan = Plan.objects.create(bundle=made.plan.bundle, cadence=Cadence.BIWEEKLY, term_months=3, discount_bp=500)
    before = values_of(made)
    actions.change_plan(made, plan, **STAMP)
    made.refresh_from_db()
    assert starts(made)[:4] == [TODAY, date(2026, 12, 23), date(2027, 1, 6), date(2027, 1, 20)]
    assert (made.ends_on, made.agreements.order_by("-pk")[0].amount) == (date(2027, 3, 23), 31_500)
    assert made.agreements.order_by("-pk")[0].from_on == date(2026, 12, 23)
    assert violations(LAWS) == []
    actions.undo_change(made.changes.get(), by=BY, at=NOON + timedelta(days=3))
    assert values_of(made) == before
    assert violations(LAWS) == []


def test_a_changed_plan_is_billed_at_its_price_and_not_before(made, gateway):
    plan = Plan.objects.create(bundle=made.plan.bundle, cadence=Cadence.BIWEEKLY, discount_bp=1_000)
    actions.change_plan(made, plan, **STAMP)
    bill(gateway, date(2026, 12, 23))
    bill(gateway, date(2027, 1, 6))
    assert list(Order.objects.order_by("pk").values_list("total", flat=True)) == [33_000, 30_000, 30_000]


def test_quantity_changes_price_from_the_next_box_on_and_can_be_undone(made, gateway):
    before = values_of(made)
    seen = actions.preview(made, lambda: actions.change_quantity(made, 2, **STAMP), at=STAMP["at"])
    assert seen.told == ("한 번에 받는 상자: 1개 → 2개", "다음 상자부터 한 번에 내는 금액: 33,000원 → 63,000원")
    actions.change_quantity(made, 2, **STAMP)
    actions.undo_change(made.changes.get(), **STAMP)
    assert values_of(made) == before
    actions.change_quantity(made, 3, **STAMP)
    bill(gateway, date(2026, 12, 23))
    assert Order.objects.order_by("-pk")[0].total == 93_000


@pytest.mark.parametrize("quantity", [0, 11, -1])
def test_a_quantity_that_is_none_is_refused(made, quantity):
    with pytest.raises(errors.BadQuantity):
        actions.change_quantity(made, quantity, **STAMP)
    assert (made.changes.count(), made.agreements.count()) == (0, 1)


def test_request_and_address_of_one_box_reach_its_order_alone(made, gateway):
    other = Address.objects.create(
        resident=made.resident, recipient="이웃", phone="01099998888", postcode="56042", line1="순창읍 옆집 2"
    )
    wish = Wish(window=Window.MORNING, place=Place.DOOR, quiet_from=13, quiet_until=15, note="강아지가 있어요")
    actions.change_box_address(box(made, 2), other, **STAMP)
    actions.change_wish(made, wish, **STAMP)
    actions.change_box_wish(box(made, 3), Wish(place=Place.GUARD), **STAMP)
    for number in (2, 3):
        bill(gateway, box(made, number).bill_on)
    second, third = Order.objects.order_by("pk")[1:]
    assert (second.recipient, second.request) == ("이웃", "오전 9~12시, 13~15시 초인종 금지, 문 앞, 강아지가 있어요")
    assert (third.recipient, third.request) == ("김순창", "경비실")


def test_the_cut_off_of_a_bundle_ends_changes_earlier_and_a_pause_waits_for_the_box_in_work(sunchang):
    sold = offer()
    sold.cutoff_hours = 48
    sold.save()
    made = subscribed(sold, MemoryGateway())
    last = kst_midnight(date(2026, 12, 21))
    assert box(made, 2).cutoff_at == last
    with pytest.raises(errors.CutOffPassed) as no:
        actions.skip_cycle(box(made, 2), by=BY, at=last)
    assert no.value.fields == {"until": "2026년 12월 20일 (일) 밤 12시"}
    with pytest.raises(errors.BoxBeingPrepared):
        actions.pause_subscription(made, date(2027, 1, 30), by=BY, at=last)
    with pytest.raises(errors.BoxBeingPrepared):
        actions.change_quantity(made, 2, by=BY, at=last)
    assert made.changes.count() == 0
    actions.skip_cycle(box(made, 2), by=BY, at=last - timedelta(seconds=1))
    assert box(made, 2).state == "skipped"


def test_a_pause_leaves_out_the_next_box_unless_another_day_is_chosen(made):
    first = actions.pause_days(made, NOON)
    assert first == [date(2027, 1, 23), date(2027, 2, 23), date(2027, 3, 23)]
    with pytest.raises(errors.PauseLeavesOutNothing):
        actions.pause_subscription(made, add_months(TODAY, 1), **STAMP)
    assert made.changes.count() == 0
    actions.pause_subscription(made, first[0], **STAMP)
    assert [one.state for one in made.cycles.order_by("number")][:3] == ["ordered", "skipped", "scheduled"]


def test_coming_back_after_leaving_keeps_the_skip_of_before(made):
    actions.skip_cycle(box(made, 3), **STAMP)
    before = values_of(made)
    actions.cancel_subscription(made, why="이사", **STAMP)
    actions.take_back_cancellation(made, **STAMP)
    assert values_of(made) == before
    assert box(made, 3).state == "skipped"


def test_leaving_at_the_end_lets_the_next_box_come_and_nothing_after_it(made, gateway):
    actions.leave_at_end(made, **STAMP)
    made.refresh_from_db()
    assert (made.state, made.ends_on) == ("active", date(2027, 1, 23))
    bill(gateway, date(2026, 12, 23))
    bill(gateway, date(2027, 1, 23))
    made.refresh_from_db()
    assert (made.state, Order.objects.count()) == ("ended", 2)
    assert violations(LAWS) == []


def test_a_term_renews_only_when_asked(sunchang):
    sold = offer()
    sold.plans.update(term_months=3, discount_bp=500)
    ending, going = (subscribed(sold, MemoryGateway()) for _ in range(2))
    actions.choose_renewal(going, renews=True, **STAMP)
    assert actions.renew_terms(at=noon(date(2027, 2, 8))) == 0
    assert actions.renew_terms(at=noon(date(2027, 2, 9))) == 1
    assert actions.renew_terms(at=noon(date(2027, 2, 9))) == 0
    for one in (ending, going):
        one.refresh_from_db()
    assert (ending.ends_on, going.ends_on) == (date(2027, 2, 23), date(2027, 5, 23))
    assert (ending.cycles.count(), going.cycles.filter(starts_on__gte=ending.ends_on).count()) == (3, 3)
    assert violations(LAWS) == []


def test_an_open_subscription_has_no_term_to_renew(made):
    with pytest.raises(errors.NoTermToRenew):
        actions.choose_renewal(made, renews=True, **STAMP)
    assert made.changes.count() == 0


def test_only_the_newest_change_is_undone_and_only_until_its_cut_off(made):
    actions.skip_cycle(box(made, 2), **STAMP)
    actions.skip_cycle(box(made, 3), **STAMP)
    older, newer = made.changes.order_by("pk")
    with pytest.raises(errors.CannotUndo):
        actions.undo_change(older, **STAMP)
    assert actions.undoable(made, NOON) == newer
    actions.undo_change(newer, **STAMP)
    actions.undo_change(newer, **STAMP)
    assert made.changes.count() == 3
    with pytest.raises(errors.CannotUndo):
        actions.undo_change(older, by=BY, at=kst_midnight(date(2026, 12, 23)))
    assert [one.state for one in made.cycles.order_by("number")][1:3] == ["skipped", "scheduled"]


def test_a_closed_day_moves_agreed_days_and_says_so_but_never_the_billing_day(made):
    was = box(made, 2)
    MallDay.objects.create(on=was.ship_on, kind="closed", name="재고 조사")
    assert actions.keep_days(BY, NOON) == 1
    now = box(made, 2)
    assert (now.bill_on, now.ship_on, now.deliver_on) == (was.bill_on, date(2026, 12, 31), date(2027, 1, 2))
    change = made.changes.get()
    assert (change.kind, change.by_name) == ("days", "시험")
    assert change.told[0].startswith("상자가 오는 날: 12월 31일 (목)")
    assert actions.keep_days(BY, NOON) == 0
    assert Edition.objects.count() == 1


def dearer(sold: Any, month: date, price: int = 36_000) -> None:
    things = [one.product for one in sold.editions.earliest("month").components.all()]
    edition(sold, things, price, month=month)


def test_consent_is_asked_within_thirty_days_and_kept_with_what_was_shown(made, gateway):
    dearer(made.plan.bundle, date(2026, 12, 1))
    assert actions.rise_of(made, date(2026, 11, 22)) is None
    rise = actions.rise_of(made, TODAY)
    assert rise is not None
    assert (rise.before, rise.amount, rise.from_on, rise.card) == (
        33_000, 39_000, date(2026, 12, 23), str(made.method),
    )  # fmt: skip
    with pytest.raises(errors.PriceHasChanged):
        actions.agree_to_price(made, 38_000, at=NOON)
    assert made.agreements.count() == 1
    actions.agree_to_price(made, 39_000, at=NOON, by=BY)
    with pytest.raises(errors.NothingToAgree):
        actions.agree_to_price(made, 39_000, at=NOON)
    kept = made.agreements.order_by("-pk")[0]
    assert (kept.amount_before, kept.from_on, kept.agreed_by, kept.card) == (
        33_000, date(2026, 12, 23), "page", str(made.method),
    )  # fmt: skip
    bill(gateway, date(2026, 12, 23))
    assert Order.objects.order_by("-pk")[0].total == 39_000
    assert violations([*LAWS, *BILLING]) == []


def test_silence_stops_the_charge(made, gateway):
    dearer(made.plan.bundle, date(2026, 12, 1))
    bill(gateway, date(2026, 12, 23))
    made.refresh_from_db()
    assert (made.parked_why, Order.objects.count()) == ("price", 1)


def test_a_consent_given_too_early_breaks_the_law(made):
    made.agreements.create(
        amount=39_000, from_on=date(2027, 3, 1), agreed_at=NOON, agreed_by="page", amount_before=33_000, card="visa"
    )
    assert [one.code for one in violations(LAWS)] == ["consent_is_recent"]
