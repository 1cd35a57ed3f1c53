"""The desk of payment checks: disputes, the comparison, messages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import kst_date, now
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway
from malls.payments.actions import compare_day, record_dispute
from malls.payments.models import BalanceLine, ComparedDay, Difference, Dispute, ProviderAccount, WebhookEvent
from malls.payments.simulator import paying
from tenants.people.duties import Duty
from tests.malls.fulfillment.test_desk import paid_order, staff, text

__all__ = ["staff"]
pytestmark = pytest.mark.usefixtures("sunchang")
DISPUTES, COMPARISON, MESSAGES = "/cms/disputes/", "/cms/comparison/", "/cms/provider-messages/"


def contested():
    order = paid_order()
    account = IN_THIS_PROCESS.account(ProviderAccount.objects.get().secret_key)
    charge = next(reversed(account.all("charge").values()))
    opened = paying.open_dispute(account, charge["id"], "fraudulent")
    record_dispute(open_gateway().dispute(opened["id"]), at=now())
    return order, Dispute.objects.first()


def test_support_answers_a_dispute_once(staff):
    order, dispute = contested()
    desk = staff(Duty.SUPPORT)
    assert order.number in text(desk.get(DISPUTES))
    assert desk.get(f"{DISPUTES}{dispute.pk}/").status_code == 200
    desk.post(f"{DISPUTES}{dispute.pk}/answer/", {"do": "answer", "evidence": ""})
    assert Dispute.objects.get().state == "open"
    desk.post(f"{DISPUTES}{dispute.pk}/answer/", {"do": "answer", "evidence": "송장 1234"})
    assert (Dispute.objects.get().state, Dispute.objects.get().evidence) == ("review", "송장 1234")
    desk.post(f"{DISPUTES}{dispute.pk}/answer/", {"do": "accept"})
    assert Dispute.objects.get().state == "lost"


def test_finance_looks_at_disputes_and_answers_none(staff):
    _, dispute = contested()
    desk = staff(Duty.FINANCE)
    assert desk.get(f"{DISPUTES}{dispute.pk}/").status_code == 200
    desk.post(f"{DISPUTES}{dispute.pk}/answer/", {"do": "accept"})
    assert Dispute.objects.get().state == "open"


def test_lists_ask_the_database_as_often_for_many_rows(staff):
    desk = staff(Duty.MANAGER)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(f"{DISPUTES}?state=all").status_code == 200
        return len(seen)

    contested()
    asked()
    few = asked()
    for _ in range(6):
        contested()
    assert asked() == few


def test_finance_explains_a_difference_and_it_stays(staff):
    paid_order()
    compare_day(kst_date(now()), gateway=open_gateway(), at=now() + timedelta(days=1))
    BalanceLine.objects.create(reference="x", kind="other", subject="x", amount=500, at=now())
    day = compare_day(kst_date(now()), gateway=open_gateway(), at=now() + timedelta(days=1))
    desk = staff(Duty.FINANCE)
    assert "500원" in text(desk.get(f"{COMPARISON}?show=open"))
    assert "500원" in text(desk.get(f"{COMPARISON}{day.pk}/?code=unknown"))
    difference = Difference.objects.get()
    address = f"{COMPARISON}differences/{difference.pk}/"
    desk.post(address, {"explanation": ""})
    assert Difference.objects.get().state == "open"
    desk.post(address, {"explanation": "은행 조정분, 확인 중"})
    assert (Difference.objects.get().state, Difference.objects.get().here) == ("explained", 0)
    assert (ComparedDay.objects.get().gap, Difference.objects.get().explained_by) == (-500, "김담당")


def test_messages_that_wait_are_seen(staff):
    at = now() - timedelta(minutes=20)
    WebhookEvent.objects.create(event_id="evt_1", kind="refund.failed", body={}, received_at=at)
    WebhookEvent.objects.create(event_id="evt_2", kind="charge.succeeded", body={}, received_at=at, processed_at=at)
    desk = staff(Duty.FINANCE)
    page = text(desk.get(f"{MESSAGES}?show=stuck"))
    assert ("evt_1" in page, "evt_2" in page) == (True, False)
    assert "evt_2" in text(desk.get(MESSAGES))


def test_every_message_is_listed_and_found_by_its_state(staff):
    at = now() - timedelta(minutes=20)
    for number, values in enumerate(
        ({}, {"processed_at": at}, {"processed_at": at, "refused_why": "not_ours"}, {"received_at": now()})
    ):
        WebhookEvent.objects.create(event_id=f"evt_{number}", kind="x", body={}, **{"received_at": at, **values})
    desk = staff(Duty.FINANCE)

    def shown(show):
        page = text(desk.get(f"{MESSAGES}?show={show}"))
        return [number for number in range(4) if f"evt_{number}" in page]

    states = {"": [0, 1, 2, 3], "waiting": [0, 3], "stuck": [0], "done": [1], "refused": [2], "nonsense": [0, 1, 2, 3]}
    assert {state: shown(state) for state in states} == states
    assert "이 몰의 결제가 아님" in text(desk.get(f"{MESSAGES}?q=evt_2"))


@pytest.mark.parametrize(
    ("topic", "words"), [("payment", "결제"), ("refund", "환불"), ("dispute", "결제 이의"), ("other", "기록할 것 없음")]
)
def test_a_message_says_in_words_what_it_is_about(staff, topic, words):
    WebhookEvent.objects.create(event_id="evt_1", kind="x.y", topic=topic, body={}, received_at=now())
    assert f"<td>{words}<br>" in text(staff(Duty.FINANCE).get(MESSAGES))


def test_a_message_is_worked_through_again_by_those_who_may(staff):
    at = now() - timedelta(minutes=20)
    row = WebhookEvent.objects.create(
        event_id="evt_1", kind="x", body={}, received_at=at, processed_at=at, refused_why="failed", tries=20
    )
    address = f"{MESSAGES}{row.pk}/retry/"
    assert staff(Duty.SUPPORT).post(address).status_code in (302, 403)
    row.refresh_from_db()
    assert row.processed_at == at
    desk = staff(Duty.FINANCE)
    assert desk.get(address).status_code == 405
    assert desk.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.processed_at, row.refused_why, row.tries) == (None, "", 0)
    assert desk.post(f"{MESSAGES}999999/retry/").status_code == 404
