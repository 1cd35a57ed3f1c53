"""The provider's inbox measured: messages stored by the door, and worked through with a provider in this process."""

import time
from datetime import UTC, datetime

from core.laws import violations
from malls.orders.models import Order, OrderState
from malls.payments.actions import charge_orders, process_events, receive_event, save_method
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.messages import stripe_message
from malls.payments.laws import LAWS
from malls.payments.models import WebhookEvent
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.webhooks import envelope
from tests.bench.billing import watched
from tests.bench.towns import inside_new
from tests.factories.malls import a_line, a_product, a_resident, an_order

PAYMENTS, COPIES = 1_500, 2
EACH = 5
"""Payments of each resident."""
AT = datetime.now(UTC)


def run(payments: int = PAYMENTS, copies: int = COPIES) -> dict[str, float]:
    """Every answer of `payments` charges was lost; their messages (each `copies` times, and all others) come in."""
    with inside_new():
        gateway = MemoryGateway("sk_test_bench_inbox")
        _charge_without_answers(gateway, payments)
        account = gateway.provider.account(gateway.api_key)
        letters = [envelope(account, event, "whsec", int(AT.timestamp()))[0] for event in account.all("event").values()]
        doors = []
        for number, body in enumerate(letters * copies):
            message = stripe_message(body)
            assert message is not None
            started = time.perf_counter()
            receive_event(message, at=AT)
            doors.append((time.perf_counter() - started, number))
        waiting = WebhookEvent.objects.filter(processed_at=None).count()
        with watched() as working:
            done = process_events(gateway=gateway, at=AT)
        paid = Order.objects.filter(state=OrderState.PAID).count()
        broken = violations(LAWS)
    slow = sorted(seconds for seconds, _ in doors)
    return {
        "messages": waiting,
        "done": done,
        "charges_settled": paid,
        "seconds": working.wall,
        "messages_per_s": done / working.wall,
        "messages_per_cpu_s": done / working.cpu,
        "stored_p99_ms": slow[int(len(slow) * 0.99)] * 1000,
        "violations": len(broken),
    }


def _charge_without_answers(gateway: MemoryGateway, payments: int) -> None:
    residents = [a_resident() for _ in range(payments // EACH)]
    for one in residents:
        token = gateway.tokenize(number="4242424242424242", exp_month=12, exp_year=AT.year + 3, cvc="123")
        save_method(one, str(token), gateway=gateway, at=AT)
    product = a_product(received=payments * 2)
    orders = [an_order(residents[number // EACH], [a_line(product)], at=AT) for number in range(payments)]
    gateway.provider.faults.add(Fault("drop_after", count=payments))
    charge_orders(orders, gateway=gateway, at=AT)
