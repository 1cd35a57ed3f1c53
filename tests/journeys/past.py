"""Last month, lived through actions: a neighbour whose box was billed, sent, confirmed, and whose voucher was used."""

from datetime import datetime, timedelta

from bundles.billing.actions import bill_subscription
from bundles.plans.models import Bundle
from bundles.plans.queries import current_edition, plan_price
from bundles.subscriptions.actions import subscribe
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Voucher
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from malls.customers.models import Address, Consent, ConsentKind, Resident
from malls.fulfillment.actions import deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment
from malls.orders.actions import confirm_orders
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.actions.methods import save_method
from tests.factories.town import person


def a_neighbours_month(bundle: Bundle, *, at: datetime) -> Order:
    """Subscribed at `at`, sent and delivered in the days after, confirmed, the voucher used; the confirmed order."""
    who, gateway = Resident.objects.create(user=person("neighbour", "demo"), joined_at=at), open_gateway()
    home = Address.objects.create(
        resident=who, recipient="이웃데모", phone="010-0000-0009", postcode="56000", line1="데모로 9", is_default=True
    )
    for kind in (ConsentKind.TERMS, ConsentKind.PRIVACY, ConsentKind.AGE):
        Consent.objects.create(resident=who, kind=kind, version="1", granted_at=at)
    plan = bundle.plans.get()
    price = plan_price(plan, current_edition(bundle, kst_date(at)))
    made = subscribe(
        who, plan, address=home, method=save_method(who, "pm_card_visa", gateway=gateway, at=at),
        agreed_amount=price.total, request_key="neighbour", by=Actor.of(who.user, "resident"), at=at,
    )  # fmt: skip
    bill_subscription(made, at=at, gateway=gateway)
    days = [at + timedelta(days=number) for number in range(5)]
    box = Shipment.objects.get(order__resident=who)
    ship_shipments([box], courier="cj", numbers={box.pk: "500000000001"}, by=SYSTEM, at=days[1])
    deliver_shipments([Shipment.objects.get(pk=box.pk)], by=SYSTEM, at=days[2])
    (order,) = confirm_orders([Order.objects.get(resident=who)], by=SYSTEM, at=days[3])
    voucher = Voucher.objects.get(resident=who)
    redeem_voucher(voucher.code, voucher.type.partner_id, by=SYSTEM, at=days[4], nonce="neighbour")
    return order
