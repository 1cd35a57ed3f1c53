"""What every gateway does, whichever provider stands behind it: one suite, the same assertions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.errors import GatewayError
from malls.payments.gateways import DeclineClass, Declined, Refunded, RefundRequest, SavedCard, Succeeded, Unknown
from malls.payments.gateways.messages import Topic
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from tests.malls.payments.outsides import NOW, WAYS, open_outside

HOUR = timedelta(hours=1)
SOFT, HARD, HOLDER = DeclineClass.SOFT, DeclineClass.HARD, DeclineClass.AUTHENTICATION


@pytest.fixture(params=WAYS)
def outside(request):
    one, simulator = open_outside(request.param)
    yield one
    if simulator:
        simulator.shutdown()
        simulator.server_close()


def charged(outside):
    """The provider's own list."""
    return [(row["amount"], row["status"]) for row in outside.account.all("charge").values()]


def test_a_charge_succeeds_once_per_key_and_is_found_by_it(outside):
    request = outside.request()
    first, second = outside.gateway.charge(request), outside.gateway.charge(request)
    assert isinstance(first, Succeeded)
    assert first == second == outside.gateway.lookup(request)
    assert charged(outside) == [(33_000, "succeeded")]
    (payment,) = outside.gateway.payments(NOW - HOUR, NOW + HOUR)
    assert (payment.reference, payment.key, payment.amount, payment.refunded, payment.succeeded) == (
        first.reference, request.key, 33_000, 0, True,
    )  # fmt: skip


def test_the_tax_free_part_of_a_charge_is_known_to_the_provider(outside):
    outside.gateway.charge(outside.request())
    (intent,) = outside.account.all("payment_intent").values()
    assert (intent["amount"], intent["metadata"]["tax_free"], intent["metadata"]["key"]) == (
        33_000, "3000", "town:261123-ABCD:1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("decline", "klass"),
    [
        ("insufficient_funds", SOFT), ("processing_error", SOFT), ("generic_decline", SOFT),
        ("card_velocity_exceeded", SOFT), ("lost_card", HARD), ("expired_card", HARD), ("pickup_card", HARD),
        ("incorrect_cvc", HARD), ("revocation_of_authorization", HARD), ("fraudulent", HARD),
        ("authentication_required", HOLDER),
    ],
)  # fmt: skip
def test_a_decline_has_the_same_code_and_class_everywhere(outside, decline, klass):
    request = outside.request()
    outside.script(request, decline)
    answer = outside.gateway.charge(request)
    assert isinstance(answer, Declined)
    assert (answer.code, answer.klass) == (decline, klass)
    again, found = outside.gateway.charge(request), outside.gateway.lookup(request)
    assert [(one.code, one.klass) for one in (again, found)] == [(decline, klass)] * 2
    assert charged(outside) == [(33_000, "failed")]
    later = replace(request, key="town:261123-ABCD:2")
    assert isinstance(outside.gateway.charge(later), Succeeded)


def test_a_card_that_expired_is_a_hard_decline(outside):
    request = outside.request()
    outside.provider.clock.set((NOW + timedelta(days=4_000)).timestamp())
    answer = outside.gateway.charge(request)
    assert (answer.code, answer.klass) == ("expired_card", HARD)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "error_after", "rate_limit"])
def test_a_lost_answer_is_unknown_and_the_look_up_tells(outside, kind):
    request = outside.request()
    outside.provider.faults.add(Fault(kind))
    answer = outside.gateway.charge(request)
    assert isinstance(answer, Unknown)
    assert answer.is_throttled is (kind == "rate_limit")
    happened = kind.endswith("after")
    found = outside.gateway.lookup(request)
    assert isinstance(found, Succeeded if happened else type(None))
    assert charged(outside) == ([(33_000, "succeeded")] if happened else [])


def test_a_lost_answer_is_replayed_under_its_key(outside):
    request = outside.request()
    outside.provider.faults.add(Fault("drop_after"))
    assert isinstance(outside.gateway.charge(request), Unknown)
    assert isinstance(outside.gateway.charge(request), Succeeded)
    assert charged(outside) == [(33_000, "succeeded")]


def test_other_parameters_under_a_key_charge_nothing(outside):
    request = outside.request()
    outside.gateway.charge(request)
    answer = outside.gateway.charge(replace(request, amount=44_000))
    assert isinstance(answer, Unknown)
    assert answer.is_our_fault
    assert charged(outside) == [(33_000, "succeeded")]


def test_twins_under_one_key_charge_once(outside):
    request = outside.request()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: outside.gateway.charge(request), range(8)))
    assert {type(answer) for answer in answers} <= {Succeeded, Unknown}
    assert charged(outside) == [(33_000, "succeeded")]


def test_a_look_up_that_is_not_answered_is_a_gateway_error(outside):
    request = outside.request()
    outside.provider.faults.add(Fault("drop_before", method="GET"))
    with pytest.raises(GatewayError) as lost:
        outside.gateway.lookup(request)
    assert lost.value.permanent is False


def paid(outside):
    return outside.gateway.charge(outside.request()).reference


def test_a_whole_refund_carries_its_tax_free_part(outside):
    payment = paid(outside)
    refund = RefundRequest("town:261123-ABCD:1:refund:1", payment, 33_000, 3_000)
    first = outside.gateway.refund(refund)
    assert first == outside.gateway.refund(refund)
    assert first == Refunded(first.reference, "succeeded", refund.key, 3_000)
    assert list(outside.gateway.refunds_of(payment)) == [first]
    (row,) = outside.account.all("refund").values()
    assert (row["amount"], row["metadata"]) == (33_000, {"key": refund.key, "tax_free": "3000"})
    (one,) = outside.gateway.payments(NOW - HOUR, NOW + HOUR)
    assert (one.amount, one.refunded) == (33_000, 33_000)


def test_parts_are_refunded_up_to_the_whole_and_not_a_won_more(outside):
    payment = paid(outside)
    first = outside.gateway.refund(RefundRequest("r:1", payment, 13_000, 1_000))
    assert isinstance(outside.gateway.refund(RefundRequest("r:2", payment, 20_001, 0)), Declined)
    rest = outside.gateway.refund(RefundRequest("r:3", payment, 20_000, 2_000))
    assert [one.tax_free for one in (first, rest)] == [1_000, 2_000]
    again = outside.gateway.refund(RefundRequest("r:4", payment, 1_000))
    assert isinstance(again, Declined)
    assert sorted(one.key for one in outside.gateway.refunds_of(payment)) == ["r:1", "r:3"]
    assert sum(row["amount"] for row in outside.account.all("balance_transaction").values()) == 0


def test_a_refund_without_an_answer_is_unknown_and_is_found(outside):
    payment = paid(outside)
    refund = RefundRequest("r:1", payment, 13_000, 1_000)
    outside.provider.faults.add(Fault("drop_after", path="/v1/refunds"))
    assert isinstance(outside.gateway.refund(refund), Unknown)
    (found,) = outside.gateway.refunds_of(payment)
    assert (found.key, found.state, found.tax_free) == ("r:1", "succeeded", 1_000)
    assert outside.gateway.refund(refund) == found


def test_a_refund_may_wait_and_fail(outside):
    payment = outside.gateway.charge(outside.request("pm_card_refundFail")).reference
    waits = outside.gateway.refund(RefundRequest("r:1", payment, 33_000, 3_000))
    assert waits.state == "pending"
    with outside.account.lock:
        paying.settle_refund(outside.account, waits.reference, "failed")
    assert [one.state for one in outside.gateway.refunds_of(payment)] == ["failed"]


def test_a_disputed_charge_is_not_refunded(outside):
    payment = paid(outside)
    (charge,) = outside.account.all("charge")
    paying.open_dispute(outside.account, charge, "fraudulent")
    assert isinstance(outside.gateway.refund(RefundRequest("r:1", payment, 1_000)), Declined)


def test_a_card_is_saved_with_what_may_be_shown(outside):
    _customer, card = outside.saved("pm_card_mastercard")
    assert isinstance(card, SavedCard)
    assert (card.brand, card.last4) == ("mastercard", "4444")


@pytest.mark.parametrize(
    ("token", "code", "klass"),
    [
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds", SOFT),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", HARD),
        ("pm_card_chargeDeclinedLostCard", "lost_card", HARD),
    ],
)
def test_a_card_that_cannot_be_saved_says_why(outside, token, code, klass):
    _customer, answer = outside.saved(token)
    assert isinstance(answer, Declined)
    assert (answer.code, answer.klass) == (code, klass)


def test_a_card_is_replaced_and_the_old_one_is_forgotten(outside):
    request = outside.request()
    new = outside.gateway.save_method(key="again", customer=request.customer, method="pm_card_mastercard")
    for _ in range(2):
        outside.gateway.forget_method(request.method)
    gone = outside.gateway.charge(request)
    assert isinstance(gone, Declined)
    assert (gone.code, gone.klass) == ("payment_method_unusable", HARD)
    later = replace(request, key="town:261123-ABCD:2", method=new.reference)
    assert isinstance(outside.gateway.charge(later), Succeeded)
    assert charged(outside) == [(33_000, "succeeded")]


def test_a_card_is_charged_for_its_own_customer_only(outside):
    request = outside.request()
    other, _card = outside.saved()
    answer = outside.gateway.charge(replace(request, customer=other))
    assert (answer.code, answer.klass) == ("payment_method_unusable", HARD)
    assert charged(outside) == []


BACK = "http://mall.localhost/back/"
GOOD, POOR, ASKS = "4242424242424242", "4000000000009995", "4000002760003184"


def arrived(page):
    """What the browser brings back."""
    assert (page.status, page.location.split("?")[0]) == (303, BACK)
    return dict(parse_qsl(urlsplit(page.location).query))


def read(outside, customer, visit, answers):
    return outside.gateway.read_card_page(key="page:1", customer=customer, reference=visit.reference, answers=answers)


def opened(outside):
    customer = outside.gateway.create_customer(key="page", name="데모 주민", email="r@demo.example")
    return customer, outside.gateway.open_card_page(key="page:1", customer=customer, back=BACK)


@pytest.mark.parametrize("number", [GOOD, ASKS])
def test_a_card_is_entered_on_the_providers_own_page(outside, number):
    customer, visit = opened(outside)
    assert visit.url.startswith(outside.gateway.page_origin)
    assert 'lang="ko"' in outside.visit(visit.url).body
    answers = arrived(outside.visit(visit.url, number=number, do="yes"))
    card = read(outside, customer, visit, answers)
    assert (card.brand, card.last4) == ("visa", number[-4:])
    assert read(outside, customer, visit, answers) == card
    request = replace(outside.request(), customer=customer, method=card.reference)
    assert isinstance(outside.gateway.charge(request), Succeeded if number == GOOD else Declined)


def test_a_card_that_the_page_refuses_stays_there_with_a_sentence(outside):
    customer, visit = opened(outside)
    page = outside.visit(visit.url, number=POOR, do="yes")
    assert (page.status, page.location) == (402, "")
    assert "잔액이 부족합니다" in page.body
    assert read(outside, customer, visit, {}) is None
    assert isinstance(
        read(outside, customer, visit, arrived(outside.visit(visit.url, number=GOOD, do="yes"))), SavedCard
    )


def test_going_back_without_a_card_saves_nothing(outside):
    customer, visit = opened(outside)
    answers = arrived(outside.visit(visit.url, do="no"))
    assert read(outside, customer, visit, answers) is None


def test_what_the_browser_claims_is_not_believed(outside):
    customer, visit = opened(outside)
    claims = {"authKey": "auth_of_nobody", "customerKey": customer, "session_id": "cs_other", "status": "complete"}
    assert read(outside, customer, visit, claims) is None


def test_another_residents_visit_brings_no_card(outside):
    _customer, visit = opened(outside)
    answers = arrived(outside.visit(visit.url, number=GOOD, do="yes"))
    thief = outside.gateway.create_customer(key="thief", name="남", email="t@demo.example")
    assert read(outside, thief, visit, answers) is None


def test_a_charge_that_needs_its_holder_goes_on_where_the_provider_can_ask(outside):
    request = outside.request()
    outside.script(request, "authentication_required")
    answer = outside.gateway.confirm(request, BACK)
    if not outside.gateway.confirms:
        assert isinstance(answer, Declined)
        assert (answer.code, answer.klass) == ("authentication_required", HOLDER)
        return
    assert isinstance(answer, Unknown)
    assert answer == outside.gateway.lookup(request) == outside.gateway.confirm(request, BACK)
    assert charged(outside) == []
    assert "33,000원" in outside.visit(answer.page).body
    for _ in range(2):
        arrived(outside.visit(answer.page, do="yes"))
    assert isinstance(outside.gateway.lookup(request), Succeeded)
    assert charged(outside) == [(33_000, "succeeded")]


def test_a_holder_who_does_not_agree_is_not_charged(outside):
    request = outside.request()
    outside.script(request, "authentication_required")
    answer = outside.gateway.confirm(request, BACK)
    if outside.gateway.confirms:
        arrived(outside.visit(answer.page, do="no"))
    found = outside.gateway.lookup(request)
    assert (found.code, found.klass) == ("authentication_required", HOLDER)
    assert "succeeded" not in [state for _, state in charged(outside)]


def test_a_charge_that_was_given_up_can_never_happen(outside):
    request = outside.request()
    outside.script(request, "authentication_required")
    answer = outside.gateway.confirm(request, BACK)
    found = outside.gateway.abandon(request)
    assert (found.code, found.klass) == ("authentication_required", HOLDER)
    if outside.gateway.confirms:
        outside.visit(answer.page, do="yes")
    assert isinstance(outside.gateway.lookup(request), Declined)
    assert "succeeded" not in [state for _, state in charged(outside)]


def test_a_message_is_believed_when_it_is_signed_now_by_our_secret(outside):
    secret = outside.gateway.add_endpoint("http://mall.localhost/webhooks/")
    payment = paid(outside)
    body, headers = outside.letter("payment_intent.succeeded", secret, NOW)
    assert outside.believes(body, headers, secret)
    told = outside.reads(body, headers)
    assert (told.topic, told.about, told.key) == (Topic.PAYMENT, payment, "town:261123-ABCD:1")


@pytest.mark.parametrize(("signer", "seconds"), [("whsec_wrong", 0), ("", -301), ("", 301), ("", 600)])
def test_forged_and_old_messages_are_not_believed(outside, signer, seconds):
    secret = outside.gateway.add_endpoint("http://mall.localhost/webhooks/")
    paid(outside)
    body, headers = outside.letter("payment_intent.succeeded", signer or secret, NOW + timedelta(seconds=seconds))
    assert not outside.believes(body, headers, secret)


def test_a_body_written_anew_is_not_believed(outside):
    secret = outside.gateway.add_endpoint("http://mall.localhost/webhooks/")
    paid(outside)
    body, headers = outside.letter("payment_intent.succeeded", secret, NOW)
    assert not outside.believes(body + b" ", headers, secret)


def test_a_message_about_a_refund_leads_to_its_payment(outside):
    secret = outside.gateway.add_endpoint("http://mall.localhost/webhooks/")
    payment = paid(outside)
    outside.gateway.refund(RefundRequest("r:1", payment, 13_000))
    told = outside.reads(*outside.letter("charge.refunded", secret, NOW))
    assert (told.topic, told.about) == (Topic.REFUND, payment)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"id": "evt_1", "type": "x", "data": 3}'])
def test_nonsense_is_no_message(outside, body):
    assert outside.reads(body, {}) is None


def test_the_balance_report_names_every_won(outside):
    outside.account.fee_bp = 250
    payment = paid(outside)
    refund = outside.gateway.refund(RefundRequest("r:1", payment, 13_000, 1_000))
    lines = list(outside.gateway.balance_lines(NOW - HOUR, NOW + HOUR))
    assert sorted((one.kind, one.subject, one.amount, one.fee) for one in lines) == [
        ("charge", payment, 33_000, 825),
        ("refund", refund.reference, -13_000, 0),
    ]
    assert list(outside.gateway.balance_lines(NOW + HOUR, NOW + 2 * HOUR)) == []


def test_accounts_do_not_see_each_other(outside):
    request = outside.request()
    outside.gateway.charge(request)
    other, simulator = open_outside(outside.way)
    assert other.gateway.lookup(replace(request, customer=other.saved()[0])) is None
    assert list(other.gateway.payments(NOW - HOUR, NOW + HOUR)) == []
    if simulator:
        simulator.shutdown()
        simulator.server_close()
