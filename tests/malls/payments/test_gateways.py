"""Both skins of the provider answer alike: the SDK over HTTP and the core in this process."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import GatewayError
from malls.payments.gateways import (
    ChargeRequest,
    DeclineClass,
    Declined,
    Refunded,
    RefundRequest,
    SavedCard,
    Succeeded,
    Unknown,
)
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.reading import class_of
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.server import Simulator

NOW = datetime.now(UTC)


@pytest.fixture(params=["memory", "http"])
def outside(request):
    """A gateway and the provider behind it."""
    if request.param == "memory":
        gateway = MemoryGateway()
        yield gateway, gateway.provider
        return
    simulator = Simulator(0)
    threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield StripeGateway("sk_test_a", simulator.address), simulator.provider
    simulator.shutdown()
    simulator.server_close()


def request_for(gateway, number="4242424242424242", amount=33_000, key="k1"):
    customer = gateway.create_customer(key="c1", name="데모 주민", email="r@demo.example")
    token = gateway.tokenize(number=number, exp_month=12, exp_year=2035, cvc="123")
    card = gateway.save_method(key="s1", customer=customer, method=token)
    return ChargeRequest(key, amount, 3_000, customer, card.reference, "261123-ABCD", NOW)


def test_a_saved_card_is_charged_once_per_key(outside):
    gateway, _provider = outside
    request = request_for(gateway)
    first, second = gateway.charge(request), gateway.charge(request)
    assert isinstance(first, Succeeded)
    assert first == second == gateway.lookup(request)
    (payment,) = gateway.payments(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    assert (payment.reference, payment.key, payment.amount, payment.succeeded) == (first.reference, "k1", 33_000, True)


def test_saving_shows_brand_and_last_digits(outside):
    gateway, _ = outside
    customer = gateway.create_customer(key="c1", name="데모", email="r@demo.example")
    token = gateway.tokenize(number="5555 5555 5555 4444", exp_month=3, exp_year=2031, cvc="123")
    card = gateway.save_method(key="s1", customer=customer, method=token)
    assert card == SavedCard(token, "mastercard", "4444", 3, 2031)


def test_a_card_that_cannot_be_saved_says_why(outside):
    gateway, _ = outside
    customer = gateway.create_customer(key="c1", name="데모", email="r@demo.example")
    token = gateway.tokenize(number="4000000000009995", exp_month=3, exp_year=2031, cvc="123")
    answer = gateway.save_method(key="s1", customer=customer, method=token)
    assert (answer.code, answer.klass) == ("insufficient_funds", DeclineClass.SOFT)
    assert gateway.tokenize(number="1234", exp_month=3, exp_year=2031, cvc="1").code == "incorrect_number"


@pytest.mark.parametrize(
    ("number", "code", "klass"),
    [("4000000000000341", "generic_decline", DeclineClass.SOFT)],
)
def test_a_decline_carries_its_class(outside, number, code, klass):
    gateway, _ = outside
    request = request_for(gateway, number)
    answer = gateway.charge(request)
    assert (answer.code, answer.klass) == (code, klass)
    assert gateway.lookup(request) == Declined(code, klass, answer.message, answer.reference)


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


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "error_after", "rate_limit"])
def test_doubt_is_unknown_and_a_look_up_tells(outside, kind):
    gateway, provider = outside
    request = request_for(gateway)
    provider.faults.add(Fault(kind))
    assert isinstance(gateway.charge(request), Unknown)
    found = gateway.lookup(request)
    assert isinstance(found, Succeeded if kind.endswith("after") else type(None))


def test_other_parameters_under_a_key_are_unknown_and_charge_nothing(outside):
    gateway, _provider = outside
    request = request_for(gateway)
    gateway.charge(request)
    other = ChargeRequest(request.key, 44_000, 0, request.customer, request.method, request.reference, NOW)
    assert isinstance(gateway.charge(other), Unknown)
    assert [row.amount for row in gateway.payments(NOW - timedelta(hours=1), NOW + timedelta(hours=1))] == [33_000]


def test_a_forgotten_card_is_a_hard_decline(outside):
    gateway, _ = outside
    request = request_for(gateway)
    gateway.forget_method(request.method)
    gateway.forget_method(request.method)
    answer = gateway.charge(request)
    assert (answer.code, answer.klass) == ("payment_method_unusable", DeclineClass.HARD)


def test_refunds(outside):
    gateway, _provider = outside
    paid = gateway.charge(request_for(gateway))
    refund = RefundRequest("r1", paid.reference, 13_000)
    first = gateway.refund(refund)
    assert first == gateway.refund(refund) == Refunded(first.reference, "succeeded", "r1")
    assert isinstance(gateway.refund(RefundRequest("r2", paid.reference, 20_001)), Declined)
    assert list(gateway.refunds_of(paid.reference)) == [first]


def test_a_lost_line_is_a_gateway_error_where_no_outcome_fits(outside):
    gateway, provider = outside
    provider.faults.add(Fault("drop_before", path="/v1/customers"))
    with pytest.raises(GatewayError) as lost:
        gateway.create_customer(key="c1", name="데모", email="r@demo.example")
    assert lost.value.permanent is False


def test_scripted_moods_pass(outside):
    gateway, provider = outside
    request = request_for(gateway)
    provider.account(getattr(gateway, "api_key", "sk_test_a")).moods[request.method] = ["insufficient_funds", ""]
    assert isinstance(gateway.charge(request), Declined)
    later = ChargeRequest("k2", 33_000, 0, request.customer, request.method, request.reference, NOW)
    assert isinstance(gateway.charge(later), Succeeded)


def test_a_card_expires_on_the_providers_clock(outside):
    gateway, provider = outside
    request = request_for(gateway)
    provider.clock.set(datetime(2036, 1, 1, tzinfo=UTC).timestamp())
    answer = gateway.charge(request)
    assert (answer.code, answer.klass) == ("expired_card", DeclineClass.HARD)


def test_numbers_never_reach_the_real_provider():
    with pytest.raises(GatewayError):
        StripeGateway("sk_live_x").tokenize(number="4242424242424242", exp_month=1, exp_year=2031, cvc="123")


def test_a_request_that_makes_no_sense_is_a_permanent_gateway_error(outside):
    gateway, _provider = outside
    with pytest.raises(GatewayError) as wrong:
        gateway.save_method(key="s9", customer="cus_nobody", method="pm_card_visa")
    assert wrong.value.permanent is True
    assert gateway.fetch_event("evt_nobody") is None
