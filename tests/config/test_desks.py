"""What the demo leaves on a town's desks."""

from datetime import timedelta

import pytest

from bundles.boxes.laws import LAWS as BOXES
from bundles.boxes.models import Shortage
from bundles.plans.models import MallDay
from config.demo.desks import leave_work
from core.actor import SYSTEM
from core.laws import violations
from malls.fulfillment.actions import deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment
from malls.orders.laws import LAWS as ORDERS
from malls.payments.accounts import open_gateway, open_simulated
from malls.payments.laws import LAWS as PAYMENTS
from malls.payments.models import Dispute, ProviderKind, Withdrawal
from tests.bundles.world import NOON, offer, subscribed

LATER = NOON + timedelta(days=25)
"""Five days before the next boxes are billed."""


@pytest.mark.parametrize(
    ("provider", "disputes"), [(ProviderKind.STRIPE, ["open"]), (ProviderKind.KOREAN, [])]
)  # fmt: skip
def test_each_desk_has_something_to_do(sunchang, provider, disputes):
    open_simulated(provider)
    sold = offer()
    for _ in range(3):
        subscribed(sold, open_gateway())
    boxes = list(Shipment.objects.order_by("pk"))[:2]
    ship_shipments(boxes, courier="cj", numbers={one.pk: f"6{one.pk:011}" for one in boxes}, by=SYSTEM, at=NOON)
    deliver_shipments(list(Shipment.objects.filter(state="shipped")), by=SYSTEM, at=LATER - timedelta(days=2))
    leave_work(at=LATER)
    assert list(Withdrawal.objects.values_list("state", "reason")) == [("asked", "defect")] * 2
    assert list(Dispute.objects.values_list("state", flat=True)) == disputes
    assert list(Shortage.objects.values_list("state", "needed")) == [("open", 3)]
    assert MallDay.objects.count() == 1
    assert violations([*ORDERS, *PAYMENTS, *BOXES]) == []


def test_a_town_without_life_gets_no_work_and_no_error(sunchang):
    leave_work(at=NOON)
    assert (Withdrawal.objects.count(), Dispute.objects.count(), Shortage.objects.count()) == (0, 0, 0)
