"""The official SDK against the simulator over real HTTP."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
import stripe

from malls.payments.simulator.server import Simulator
from malls.payments.simulator.webhooks import signature


def serve(path=None):
    simulator = Simulator(0, path)
    threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return simulator


@pytest.fixture
def simulator():
    one = serve()
    yield one
    one.shutdown()
    one.server_close()


def client_of(simulator, key="sk_test_a"):
    return stripe.StripeClient(key, base_addresses={"api": simulator.address}, max_network_retries=0).v1


def saved(client, number="4242424242424242"):
    customer = client.customers.create({"name": "데모 주민", "email": "r@demo.example"})
    method = client.payment_methods.create(
        {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2035, "cvc": "123"}}
    )
    setup = client.setup_intents.create(
        {"customer": customer.id, "payment_method": method.id, "confirm": True, "usage": "off_session"}
    )
    return customer.id, setup.payment_method


def ask(client, customer, method, amount=33_000, key="k1", **extra):
    params = {
        "amount": amount, "currency": "krw", "customer": customer, "payment_method": method, "confirm": True,
        "off_session": True, "metadata": {"key": key}, **extra,
    }  # fmt: skip
    return client.payment_intents.create(params, {"idempotency_key": key})


def control(simulator, name, key="sk_test_a", method="post", **body):
    answer = requests.request(
        method, f"{simulator.address}/_sim/{name}", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=10
    )
    return answer.status_code, answer.json()


def test_off_session_charge_keeps_won_unscaled(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    intent = ask(client, customer, method)
    assert (intent.status, intent.amount, intent.amount_received, intent.currency) == (
        "succeeded",
        33_000,
        33_000,
        "krw",
    )
    again = client.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (again.latest_charge.amount, again.latest_charge.status) == (33_000, "succeeded")
    found = client.payment_intents.search({"query": "metadata['key']:'k1'"})
    assert [row.id for row in found.data] == [intent.id]
    lines = client.balance_transactions.list()
    assert [(line.type, line.net) for line in lines.data] == [("charge", 33_000)]


def test_the_same_key_answers_the_same_and_other_parameters_are_refused(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    first, second = ask(client, customer, method), ask(client, customer, method)
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        ask(client, customer, method, amount=44_000)
    assert [row["amount"] for row in control(simulator, "charges", method="get")[1]] == [33_000]


def test_a_key_is_forgotten_after_a_day_on_the_simulators_clock(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    first = ask(client, customer, method)
    control(simulator, "clock", at=time.time() + 86_401)
    assert ask(client, customer, method).id != first.id


def test_an_account_may_live_at_another_time_than_the_others(simulator):
    then = 1_700_000_000
    mine, theirs = client_of(simulator), client_of(simulator, "sk_test_other")
    control(simulator, "clock", at=then, mine=True)
    assert 0 <= mine.customers.create().created - then < 60
    assert abs(theirs.customers.create().created - time.time()) < 60
    control(simulator, "clock", mine=True)
    assert abs(mine.customers.create().created - time.time()) < 60


def test_a_twin_in_flight_is_told_so(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    control(simulator, "faults", kind="latency", seconds=0.4)
    slow = threading.Thread(target=lambda: ask(client, customer, method))
    slow.start()
    time.sleep(0.15)
    with pytest.raises(stripe.APIError) as twin:
        ask(client_of(simulator), customer, method)
    slow.join()
    assert twin.value.http_status == 409
    assert len(control(simulator, "charges", method="get")[1]) == 1


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000000002", "generic_decline"),
        ("4000000000009995", "insufficient_funds"),
        ("4000000000009987", "lost_card"),
        ("4000000000000069", "expired_card"),
        ("4000000000000119", "processing_error"),
    ],
)
def test_cards_that_cannot_be_saved(simulator, number, code):
    with pytest.raises(stripe.CardError) as error:
        saved(client_of(simulator), number)
    assert (error.value.http_status, error.value.json_body["error"]["decline_code"]) == (402, code)


def test_a_card_that_is_saved_and_declines_later_is_replayed(simulator):
    client = client_of(simulator)
    customer, method = saved(client, "4000000000000341")
    for _ in range(2):
        with pytest.raises(stripe.CardError) as error:
            ask(client, customer, method)
        assert error.value.code == "card_declined"
    assert error.value.json_body["error"]["payment_intent"]["status"] == "requires_payment_method"
    assert [row["status"] for row in control(simulator, "charges", method="get")[1]] == ["failed"]


def test_authentication_is_asked_for_off_session(simulator):
    client = client_of(simulator)
    customer = client.customers.create({"name": "데모"})
    with pytest.raises(stripe.CardError) as error:
        ask(client, customer.id, "pm_card_authenticationRequired")
    assert error.value.code == "authentication_required"


def test_bad_requests_are_refused_as_the_provider_does(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    with pytest.raises(stripe.InvalidRequestError, match="at least"):
        ask(client, customer, method, amount=99)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: amout"):
        ask(client, customer, method, key="k2", amout=1)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        ask(client, "cus_nobody", method, key="k3")
    with pytest.raises(stripe.AuthenticationError):
        client_of(simulator, "not-a-key").balance.retrieve()


def test_accounts_do_not_see_each_other(simulator):
    ours, theirs = client_of(simulator), client_of(simulator, "sk_test_b")
    customer, method = saved(ours)
    intent = ask(ours, customer, method)
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        theirs.payment_intents.retrieve(intent.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        ask(theirs, customer, method)
    assert theirs.payment_intents.list().data == []


def test_refunds_never_exceed_the_charge(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    intent = ask(client, customer, method)
    part = client.refunds.create({"payment_intent": intent.id, "amount": 30_000})
    assert part.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.refunds.create({"payment_intent": intent.id, "amount": 3_001})
    client.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.refunds.create({"payment_intent": intent.id})
    assert error.value.code == "charge_already_refunded"
    assert sum(line.net for line in client.balance_transactions.list().auto_paging_iter()) == 0


def test_a_pending_refund_may_fail_and_a_disputed_charge_is_not_refunded(simulator):
    client = client_of(simulator)
    customer, method = saved(client, "4000000000005126")
    intent = ask(client, customer, method)
    refund = client.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    control(simulator, "refunds/settle", refund=refund.id, status="failed")
    assert client.refunds.retrieve(refund.id).status == "failed"
    control(simulator, "disputes", charge=intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.refunds.create({"payment_intent": intent.id})
    assert error.value.code == "charge_disputed"
    dispute = client.disputes.list().data[0]
    control(simulator, "disputes/close", dispute=dispute.id, status="won")
    assert client.disputes.retrieve(dispute.id).status == "won"
    assert sum(line.net for line in client.balance_transactions.list().data) == 33_000


@pytest.mark.parametrize(
    ("fault", "error", "charged"),
    [
        ("rate_limit", stripe.RateLimitError, 0),
        ("error_before", stripe.APIError, 0),
        ("error_after", stripe.APIError, 1),
        ("drop_before", stripe.APIConnectionError, 0),
        ("drop_after", stripe.APIConnectionError, 1),
    ],
)
def test_faults_strike_before_or_after_the_work(simulator, fault, error, charged):
    client = client_of(simulator)
    customer, method = saved(client)
    control(simulator, "faults", kind=fault)
    with pytest.raises(error):
        ask(client, customer, method)
    assert len(control(simulator, "charges", method="get")[1]) == charged


def test_an_accounts_own_fault_befalls_and_heals_no_other_one(simulator):
    other = client_of(simulator, "sk_test_b")
    customer, method = saved(other)
    control(simulator, "faults", kind="drop_before", mine=True)
    assert ask(other, customer, method).status == "succeeded"
    assert control(simulator, "faults", key="sk_test_b", method="delete", mine=True) == (200, {"faults": 1})
    assert control(simulator, "faults", method="delete", mine=True) == (200, {"faults": 0})


def test_a_lost_answer_is_replayed_under_its_key(simulator):
    client = client_of(simulator)
    customer, method = saved(client)
    control(simulator, "faults", kind="drop_after")
    with pytest.raises(stripe.APIConnectionError):
        ask(client, customer, method)
    assert ask(client, customer, method).status == "succeeded"
    assert len(control(simulator, "charges", method="get")[1]) == 1


def test_a_restart_forgets_nothing(tmp_path):
    path = tmp_path / "provider.jsonl"
    first = serve(path)
    client = client_of(first)
    customer, method = saved(client)
    intent = ask(client, customer, method)
    first.shutdown()
    first.server_close()
    path.write_bytes(path.read_bytes() + b'{"account": "torn')
    second = serve(path)
    again = client_of(second)
    assert ask(again, customer, method).id == intent.id
    assert [row["id"] for row in control(second, "charges", method="get")[1]] == [intent.latest_charge]
    second.shutdown()
    second.server_close()


class Mall(HTTPServer):
    """Takes webhooks, refusing the first `refusals`."""

    def __init__(self, refusals=0):
        self.refusals, self.letters = refusals, []
        super().__init__(("127.0.0.1", 0), Door)


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.letters.append((self.headers["Host"], self.headers["Stripe-Signature"], body))
        self.server.refusals -= 1
        self.send_response(503 if self.server.refusals >= 0 else 200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def mall():
    one = Mall(refusals=1)
    threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def until(ready):
    end = time.monotonic() + 6
    while not ready() and time.monotonic() < end:
        time.sleep(0.02)


def test_webhooks_are_signed_and_retried_with_the_malls_host(simulator, mall):
    client = client_of(simulator)
    url = f"http://sunchang.localhost:{mall.server_port}/webhooks/stripe/"
    endpoint = client.webhook_endpoints.create({"url": url, "enabled_events": ["payment_intent.succeeded"]})
    customer, method = saved(client)
    intent = ask(client, customer, method)
    until(lambda: len(mall.letters) == 2)
    assert [host for host, _, _ in mall.letters] == [f"sunchang.localhost:{mall.server_port}"] * 2
    _, header, body = mall.letters[1]
    event = stripe.Webhook.construct_event(body, header, endpoint.secret)
    assert (event.type, event.data.object.id) == ("payment_intent.succeeded", intent.id)
    until(lambda: client.events.retrieve(event.id).pending_webhooks == 0)
    assert client.events.retrieve(event.id).pending_webhooks == 0


def test_webhooks_can_be_repeated_and_forged(simulator, mall):
    mall.refusals = 0
    client = client_of(simulator)
    url = f"http://127.0.0.1:{mall.server_port}/webhooks/stripe/"
    endpoint = client.webhook_endpoints.create({"url": url, "enabled_events": ["payment_intent.succeeded"]})
    control(simulator, "manners", copies=3)
    customer, method = saved(client)
    ask(client, customer, method)
    until(lambda: len(mall.letters) == 3)
    assert len({json.loads(body)["id"] for _, _, body in mall.letters}) == 1
    control(simulator, "forge", url=url)
    _, header, body = mall.letters[-1]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, endpoint.secret)


def test_signature_is_the_published_scheme():
    body = json.dumps({"id": "evt_1"}).encode()
    mac = hmac.new(b"whsec_x", b"12." + body, hashlib.sha256).hexdigest()
    assert signature("whsec_x", body, 12) == f"t=12,v1={mac}"
