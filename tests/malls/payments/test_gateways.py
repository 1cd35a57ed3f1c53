"""What is left to each adapter alone; what all have in common stands in test_contract.py."""

import pytest

from core.errors import GatewayError
from malls.payments.gateways import DeclineClass, Declined, RefundRequest, Unknown
from malls.payments.gateways.korean import KoreanGateway
from malls.payments.gateways.korean_reading import DECLINES, key_of, order_id
from malls.payments.gateways.lines import InProcessLine
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.reading import class_of
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.korean_shapes import DECLINES as WORDED
from malls.payments.simulator.provider import Provider
from tests.malls.payments.outsides import open_outside


@pytest.mark.parametrize(
    ("code", "klass"),
    [
        ("lost_card", DeclineClass.HARD),
        ("expired_card", DeclineClass.HARD),
        ("authentication_required", DeclineClass.AUTHENTICATION),
        ("insufficient_funds", DeclineClass.SOFT),
        ("processing_error", DeclineClass.SOFT),
        ("a_code_of_tomorrow", DeclineClass.SOFT),
    ],
)
def test_classes(code, klass):
    assert class_of(code) == klass


def test_every_word_of_the_korean_provider_means_a_decline_of_the_same_class():
    theirs = {decline: DECLINES[word] for decline, word in WORDED.items()}
    assert {decline: class_of(read) for decline, read in theirs.items()} == {one: class_of(one) for one in WORDED}


@pytest.mark.parametrize("key", ["sunchang:261123-ABCD:1", "jeonbuk_gochang:270101-ZZZZ:12"])
def test_a_key_is_read_back_from_its_order_id(key):
    assert key_of(order_id(key)) == key
    assert 6 <= len(order_id(key)) <= 64


@pytest.mark.parametrize("way", ["stripe", "korean"])
def test_numbers_never_reach_a_real_provider(way):
    real = {
        "stripe": StripeGateway("sk_live_x"),
        "korean": KoreanGateway("live_sk_x", InProcessLine("live_sk_x", Provider()), page_origin="https://pay.example"),
    }[way]
    with pytest.raises(GatewayError) as no:
        real.tokenize(number="4242424242424242", exp_month=1, exp_year=2031, cvc="123")
    assert no.value.permanent


def test_a_request_that_makes_no_sense_is_a_permanent_gateway_error():
    with pytest.raises(GatewayError) as wrong:
        MemoryGateway().save_method(key="s9", customer="cus_nobody", method="pm_card_visa")
    assert wrong.value.permanent is True


def test_a_lost_line_is_a_gateway_error_where_no_outcome_fits():
    outside, _ = open_outside("korean-memory")
    outside.provider.faults.add(Fault("drop_before", path="/v1/setup_intents"))
    with pytest.raises(GatewayError) as lost:
        outside.saved()
    assert lost.value.permanent is False


@pytest.mark.parametrize("nonsense", [{}, {"status": "DONE"}, [], "ok", None, 7])
def test_an_answer_that_makes_no_sense_is_unknown_and_never_a_crash(nonsense):
    outside, _ = open_outside("korean-memory")
    request = outside.request()

    class Mad:
        def ask(self, *_):
            return 200, nonsense

    mad = KoreanGateway("test_sk_mad", Mad(), page_origin="https://pay.example")
    assert isinstance(mad.charge(request), Unknown)


def test_a_tax_free_part_above_what_is_left_is_refused():
    outside, _ = open_outside("korean-memory")
    payment = outside.gateway.charge(outside.request()).reference
    assert isinstance(outside.gateway.refund(RefundRequest("r:1", payment, 5_000, 3_001)), Declined)
    assert list(outside.gateway.refunds_of(payment)) == []
