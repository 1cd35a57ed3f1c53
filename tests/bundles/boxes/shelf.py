"""A bundle whose boxes can be changed, for the tests of boxes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bundles.billing.laws import LAWS as BILLING
from bundles.boxes.laws import LAWS as BOXES
from bundles.boxes.models import AddOn, Alternative
from bundles.plans.models import Bundle, Component
from bundles.subscriptions.models import Cycle, Subscription
from malls.catalog.models import Product, Stock
from malls.orders.laws import LAWS as ORDERS
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import NOON, bundle, edition, merchant, product, subscribed

LAWS = [*ORDERS, *BOXES, *BILLING]
DAY_BEFORE = NOON + timedelta(days=29)
"""Noon of 22 December: the last day on which the second box, billed on the 23rd, may be changed."""


@dataclass
class Shelf:
    """Gochujang (19,000) and doenjang (18,000) for 30,000; gochujang may become oil (+2,500) or soy sauce (+0)."""

    sold: Bundle
    gochujang: Component
    doenjang: Component
    oil: Alternative
    soy: Alternative
    tea: AddOn

    def subscribed(self, **fields: Any) -> Subscription:
        """A subscription whose first box is paid."""
        return subscribed(self.sold, MemoryGateway(), **fields)


def stocked() -> Shelf:
    """The bundle with its alternatives and an add-on of 7,000 won."""
    shop, other = merchant(), merchant("향가발효원")
    sold = bundle()
    made = edition(sold, [product(shop), product(other, "재래된장", 18_000)], 30_000)
    gochujang, doenjang = made.components.all()
    oil = Alternative.objects.create(component=gochujang, product=product(other, "참기름", 21_000), extra=2_500)
    soy = Alternative.objects.create(component=gochujang, product=product(other, "양조간장", 13_000), position=1)
    tea = AddOn.objects.create(product=product(merchant("매실농원"), "매실차", 7_000), most=5)
    return Shelf(sold, gochujang, doenjang, oil, soy, tea)


def box(subscription: Subscription, number: int = 2) -> Cycle:
    return subscription.cycles.select_related("subscription__plan__bundle").get(number=number)


def leave(thing: Product, available: int) -> None:
    """So many pieces may still be promised."""
    stock = Stock.objects.get(pk=thing.pk)
    stock.received = available + stock.reserved + stock.shipped
    stock.save()
