"""Twenty residents want the last five of an add-on at the same moment: five get it, fifteen are told."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from bundles.billing.actions import run_billing
from bundles.boxes.actions import set_extra
from bundles.boxes.errors import NotEnoughLeft
from bundles.boxes.models import Consent, Extra
from core.clock import add_months
from core.laws import violations
from malls.catalog.models import Stock
from malls.orders.models import Order
from malls.payments.gateways.memory import MemoryGateway
from tenants.municipalities.door import inside_slug
from tests.bundles.boxes.shelf import LAWS, box, leave, stocked
from tests.bundles.world import BY, NOON, TODAY, noon, subscribed

RESIDENTS, LAST = 20, 5


def test_the_last_five_go_to_exactly_five(scratch):
    shelf, gateway = stocked(), MemoryGateway()
    cycles = [box(subscribed(shelf.sold, gateway)) for _ in range(RESIDENTS)]
    leave(shelf.tea.product, LAST)
    start = threading.Barrier(RESIDENTS)

    def choose(number: int) -> str:
        try:
            with inside_slug("scratch"):
                start.wait()
                set_extra(cycles[number], shelf.tea, 1, amount=40_000, by=BY, at=NOON)
                return "got"
        except NotEnoughLeft:
            return "told"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RESIDENTS) as pool:
        answers = Counter(pool.map(choose, range(RESIDENTS)))
    assert answers == {"got": LAST, "told": RESIDENTS - LAST}
    assert (Extra.objects.count(), Consent.objects.count()) == (LAST, LAST)
    day = add_months(TODAY, 1)
    run_billing(day, at=noon(day), gateway=gateway)
    totals = Counter(Order.objects.filter(cycle__bill_on=day).values_list("total", flat=True))
    assert totals == {40_000: LAST, 33_000: RESIDENTS - LAST}
    assert Stock.objects.get(pk=shelf.tea.product_id).available == 0
    assert violations(LAWS) == []
