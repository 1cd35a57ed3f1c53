"""Before, when and after a box is paid, its resident is told; nothing is told that did not happen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.billing.actions import run_billing
from bundles.billing.laws import LAWS
from bundles.billing.notices import AHEAD
from bundles.subscriptions.actions import cancel_subscription, leave_at_end, skip_cycle, take_back_cancellation
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import add_months, kst_midnight, now
from core.laws import violations
from malls.fulfillment.actions import ship_shipments
from malls.fulfillment.laws import LAWS as SHIPPING_LAWS
from malls.fulfillment.models import Shipment
from malls.notices.actions import find_notices
from malls.notices.models import Letter, Notice
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import PaymentMethod
from tests.bundles.world import BY, NOON, TODAY, edition, noon, offer, send, subscribed
from tests.conftest import MallClient

NEXT = add_months(TODAY, 1)


@pytest.fixture
def gateway(sunchang) -> MemoryGateway:
    made = MemoryGateway()
    made.set_clock(NOON)
    return made


@pytest.fixture
def made(gateway) -> Subscription:
    found = subscribed(offer(), gateway)
    send(NOON)
    return found


def kinds() -> list[str]:
    return list(Notice.objects.filter(outcome="sent").order_by("pk").values_list("kind", flat=True))


def test_a_coming_box_is_told_three_days_ahead_with_links_and_the_most_it_costs(made, mailoutbox):
    box = made.cycles.get(number=2)
    before = box.cutoff_at - AHEAD - timedelta(minutes=1)
    assert (send(before), send(box.cutoff_at - AHEAD), send(box.cutoff_at - AHEAD)) == (0, 1, 0)
    body = mailoutbox[-1].body
    for word in ("33,000원을 넘지 않아요", f"/my/boxes/{box.pk}/", "/links/skip/"):
        assert word in body, word
    client = MallClient("sunchang.localhost")
    client.force_login(made.resident.user)
    assert client.get(f"/my/boxes/{box.pk}/").status_code == 200


def test_a_box_skipped_meanwhile_is_not_told(made, mailoutbox):
    box = made.cycles.get(number=2)
    at = box.cutoff_at - AHEAD
    assert find_notices(at=at) == 1
    skip_cycle(box, by=BY, at=at)
    assert (send(at), len(mailoutbox)) == (0, 1)
    assert Notice.objects.get(kind="coming").outcome == "dropped"


def test_the_run_notes_a_batch_in_one_statement_and_costs_the_same(gateway):
    sold = offer()
    counts = []
    for many, day in ((3, NEXT), (12, add_months(TODAY, 2))):
        while Subscription.objects.count() < many:
            subscribed(sold, gateway)
        Cycle.objects.filter(state="scheduled").update(state="cancelled")
        rows = [
            Cycle(
                subscription=one, number=50 + many, starts_on=day, ends_on=day + timedelta(days=30), bill_on=day,
                ship_on=day, deliver_on=day, cutoff_at=kst_midnight(day),
            )
            for one in Subscription.objects.all()
        ]  # fmt: skip
        Cycle.objects.bulk_create(rows)
        gateway.set_clock(noon(day))
        with CaptureQueriesContext(connection) as seen:
            assert run_billing(day, at=noon(day), gateway=gateway).paid == many
        noting = [one for one in seen.captured_queries if "notices_notice" in one["sql"]]
        counts.append((len(noting), len([one for one in noting if one["sql"].strip().startswith("INSERT")])))
    assert counts == [(1, 1), (1, 1)]


def test_two_declines_tell_one_failure_with_reason_and_next_step(made, gateway, mailoutbox):
    gateway.script(made.method.method_ref, ["insufficient_funds"] * 2)
    told = []
    for day in (NEXT, NEXT + timedelta(days=1)):
        gateway.set_clock(noon(day))
        run_billing(day, at=noon(day), gateway=gateway)
        told.append(send(noon(day)))
    assert told == [1, 0]
    assert "2026년 12월 24일 (목)에 다시 결제해 볼게요" in mailoutbox[-1].body
    assert violations(LAWS) == []


def test_a_failure_mended_before_the_mail_left_is_not_told(made, gateway, mailoutbox):
    gateway.script(made.method.method_ref, ["insufficient_funds"])
    gateway.set_clock(noon(NEXT))
    run_billing(NEXT, at=noon(NEXT), gateway=gateway)
    day = NEXT + timedelta(days=1)
    gateway.set_clock(noon(day))
    run_billing(day, at=noon(day), gateway=gateway)
    send(noon(day))
    assert (kinds(), Notice.objects.get(kind="failed").outcome) == (["charged", "charged"], "dropped")


def test_a_higher_price_is_told_with_a_page_that_needs_no_log_in(made, gateway, mailoutbox):
    things = [one.product for one in made.plan.bundle.editions.first().components.all()]
    edition(made.plan.bundle, things, 36_000, month=add_months(TODAY.replace(day=1), 1))
    gateway.set_clock(noon(NEXT))
    run_billing(NEXT, at=noon(NEXT), gateway=gateway)
    assert send(noon(NEXT)) == 1
    path = next(word for word in mailoutbox[-1].body.split() if "/links/price/" in word).removeprefix(
        "http://sunchang.localhost"
    )
    assert Notice.objects.get(kind="price_rose").facts["now"] == 39_000
    assert MallClient("sunchang.localhost").get(path).status_code == 200


def test_a_box_that_left_is_told_with_courier_and_number(made, mailoutbox):
    boxes = list(Shipment.objects.all())
    numbers = {one.pk: f"12345678901{place}" for place, one in enumerate(boxes)}
    ship_shipments(boxes, courier="cj", numbers=numbers, by=BY, at=NOON)
    ship_shipments(boxes, courier="cj", numbers=numbers, by=BY, at=NOON)
    assert (send(NOON), send(NOON)) == (1, 0)
    assert ("CJ대한통운" in mailoutbox[-1].body, "123456789010" in mailoutbox[-1].body) == (True, True)
    assert violations(SHIPPING_LAWS) == []
    Shipment.objects.update(tracking_no="999999999999")
    assert {one.code for one in violations(SHIPPING_LAWS)} == {"told_box_was_sent"}


def test_leaving_is_confirmed_once_and_not_when_it_was_taken_back(made, mailoutbox):
    cancel_subscription(made, by=BY, at=NOON)
    take_back_cancellation(made, by=BY, at=NOON)
    assert send(NOON) == 0
    cancel_subscription(made, by=BY, at=NOON)
    assert (send(NOON), send(NOON), kinds()) == (1, 0, ["charged", "left"])
    assert "해지하셨어요" in mailoutbox[-1].body


def test_leaving_at_the_end_is_confirmed_and_the_end_is_told(made):
    leave_at_end(made, by=BY, at=NOON)
    assert (send(NOON), kinds()) == (1, ["charged", "leaving"])
    made.refresh_from_db()
    Cycle.objects.filter(subscription=made, state="scheduled").update(state="cancelled")
    Subscription.objects.filter(pk=made.pk).update(state="ended")
    assert (send(noon(made.ends_on)), kinds()[-1]) == (1, "ended")
    assert send(noon(made.ends_on) + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("month", "year", "told"), [(11, 2026, ["card_expires"]), (12, 2026, ["card_expires"]), (1, 2027, [])]
)
def test_a_card_is_told_in_the_month_before_its_last_one(made, month, year, told):
    PaymentMethod.objects.filter(pk=made.method_id).update(exp_month=month, exp_year=year)
    send(NOON)
    assert (kinds()[1:], send(NOON + timedelta(hours=1))) == (told, 0)


def test_a_payment_that_comes_after_the_card_is_told_two_weeks_ahead(made):
    PaymentMethod.objects.filter(pk=made.method_id).update(exp_month=11, exp_year=2026)
    box = made.cycles.get(number=2)
    send(noon(box.bill_on - timedelta(days=15)))
    assert "card_over" not in kinds()
    send(noon(box.bill_on - timedelta(days=14)))
    assert kinds().count("card_over") == 1


def test_laws_find_a_paid_box_that_was_not_told_and_a_false_amount(made):
    Order.objects.update(paid_at=now() - timedelta(hours=2))
    assert violations(LAWS) == []
    notice = Notice.objects.get(kind="charged")
    Notice.objects.filter(pk=notice.pk).update(facts={**notice.facts, "amount": 1})
    assert [one.code for one in violations(LAWS)] == ["told_charge_is_true"]
    Notice.objects.filter(pk=notice.pk).delete()
    assert [one.code for one in violations(LAWS)] == ["paid_box_is_told"]


def test_the_other_mall_is_told_nothing(made, boseong):
    assert (send(NOON), Notice.objects.count(), Letter.objects.count()) == (0, 0, 0)
