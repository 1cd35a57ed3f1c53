"""Vouchers come off an order one by one; used ones stay; refused refunds give them back."""

import pytest

from bundles.vouchers import laws
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Voucher
from core.laws import violations
from malls.orders.errors import PiecesGone
from malls.orders.models import Order
from malls.orders.returning import Choice
from malls.orders.rules import LineDraft
from malls.payments.actions import charge_orders, refund_order
from malls.payments.errors import RefundRefused
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import BY, NOON, partner, voucher_type
from tests.factories.malls import a_card, a_resident, an_order
from tests.malls.payments.test_refunding import all_laws, balances

pytestmark = pytest.mark.usefixtures("sunchang")


def paid_order(gateway, token="pm_card_visa", quantity=3, amount=50_000):  # noqa: S107  a public test name
    kind = voucher_type(partner())
    resident = a_resident()
    a_card(resident, gateway, token)
    line = LineDraft(
        "voucher", kind.partner.payee_ref, kind.partner.name, kind.name, quantity, amount, "taxable", 300,
        voucher_type_id=kind.pk,
    )  # fmt: skip
    order = an_order(resident, [line], at=NOON)
    charge_orders([order], gateway=gateway, at=NOON)
    return kind, Order.objects.get(pk=order.pk)


def give_back(order, gateway, count=None):
    choice = None if count is None else Choice({order.lines.get().pk: count}, shipping=False)
    return refund_order(order, choice=choice, reason="변심", gateway=gateway, by=BY, at=NOON)


def states():
    return list(Voucher.objects.order_by("pk").values_list("state", flat=True))


def test_unused_vouchers_come_off_and_used_ones_stay():
    gateway = MemoryGateway()
    kind, order = paid_order(gateway)
    redeem_voucher(Voucher.objects.order_by("pk")[0].code, kind.partner_id, by=BY, at=NOON, nonce="n")
    assert give_back(order, gateway, 1).amount == 16_666
    assert states() == ["redeemed", "issued", "refunded"]
    with pytest.raises(PiecesGone):
        give_back(order, gateway, 2)
    assert states() == ["redeemed", "issued", "refunded"]
    give_back(order, gateway)
    assert (states(), Order.objects.get().state) == (["redeemed", "refunded", "refunded"], "paid")
    assert balances().get("voucher_liability", 0) == 0
    assert violations(laws.LAWS) + all_laws() == []


def test_a_refused_refund_leaves_vouchers_usable_however_often():
    gateway = MemoryGateway()
    kind, order = paid_order(gateway, "pm_card_createDispute")
    for _ in range(3):
        with pytest.raises(RefundRefused):
            give_back(order, gateway)
        assert states() == ["issued"] * 3
        assert violations(laws.LAWS) + all_laws() == []
    redeem_voucher(Voucher.objects.first().code, kind.partner_id, by=BY, at=NOON, nonce="n")
    assert violations(laws.LAWS) == []
