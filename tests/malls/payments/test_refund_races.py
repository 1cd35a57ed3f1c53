"""Two clerks, one refund."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from core.errors import Refusal
from malls.catalog.models import Stock
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import Refund
from tenants.municipalities.door import inside_slug
from tests.malls.payments.test_refunding import a_paid_order, all_laws, give_back, pieces


def test_two_clerks_at_once_give_back_once(scratch):
    with inside_slug("scratch"):
        gateway = MemoryGateway()
        order = a_paid_order(gateway, quantity=2, amount=24_000)
    ready = threading.Barrier(6)

    def clerk(number):
        try:
            with inside_slug("scratch"):
                mine = Order.objects.get(pk=order.pk)
                choice = None if number % 2 else pieces(mine, 2, shipping=True)
                ready.wait(20)
                return give_back(mine, gateway, choice).state
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(clerk, range(6)))
    assert answers.count("succeeded") == 1
    assert set(answers) <= {"succeeded", "nothing_to_refund", "pieces_gone", "nothing_comes_off"}
    with inside_slug("scratch"):
        assert Refund.objects.get().amount == 27_000
        assert Stock.objects.get(pk=order.lines.get().product_id).reserved == 0
        assert sum(charge["amount_refunded"] for charge in gateway.charges()) == 27_000
        assert all_laws() == []
