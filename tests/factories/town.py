"""A small town with one of everything, every text marked, so that a leak shows. Equal calls make equal ids."""

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group

from bundles.billing.actions import run_billing
from bundles.gates.actions import pair_gate
from bundles.plans.actions import publish_edition
from bundles.plans.models import Bundle, Component, Edition, Plan
from bundles.plans.queries import plan_price
from bundles.subscriptions.actions import subscribe
from bundles.vouchers.actions import issue_vouchers, redeem_voucher
from bundles.vouchers.models import Partner, PartnerMember, Voucher, VoucherType
from core.actor import SYSTEM, Actor
from core.clock import kst_date, month_of, now
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.customers.models import Address, Resident
from malls.fulfillment.actions import deliver_shipments, ship_shipments
from malls.fulfillment.models import Shipment
from malls.merchants.models import Merchant, MerchantMember, MerchantState
from malls.merchants.payees import tell_settlement
from malls.notices.actions import find_notices, send_notices
from malls.notices.channels.post import open_post
from malls.orders.actions import confirm_orders
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.actions.methods import save_method
from malls.payments.models import PaymentMethod
from showroom.displays.actions import Spot, pair_display, start_pairing
from tenants.people.duties import Duty
from tenants.people.models import User


@dataclass
class SmallTown:
    """One of everything."""

    mark: str
    manager: User
    merchant: Merchant
    product: Product
    partner: Partner
    voucher_type: VoucherType
    bundle: Bundle
    edition: Edition
    plan: Plan
    resident: Resident
    address: Address
    method: PaymentMethod
    seller: User
    gatekeeper: User


def small_town(mark: str) -> SmallTown:
    """Build it inside the present municipality; `mark` stands in every name."""
    at = now()
    merchant = Merchant.objects.create(
        business_no="9000000004", name=f"{mark} 상점", representative=f"{mark} 대표", address=f"{mark} 주소",
        mail_order_no="면제(데모)", bank_code="004", account_no="12345678901234", account_holder=f"{mark} 예금주",
        state=MerchantState.APPROVED, approved_at=at, bank_verified_at=at,
    )  # fmt: skip
    tell_settlement([merchant])
    shelf = Category.objects.create(slug="shelf", name=f"{mark} 매대")
    product = Product.objects.create(
        merchant=merchant, category=shelf, slug="product", name=f"{mark} 고추장", price=10_000, description=f"{mark} 설명",
        state=ProductState.APPROVED, approved_at=at,
    )  # fmt: skip
    Stock.objects.create(product=product, received=1_000)
    partner = Partner.objects.create(name=f"{mark} 공원")
    kind = VoucherType.objects.create(
        slug="voucher", partner=partner, name=f"{mark} 입장권", face_value=5_000, charge=4_500
    )
    bundle = Bundle.objects.create(slug="bundle", name=f"{mark} 꾸러미", tagline=f"{mark} 한 줄", category=shelf)
    month = month_of(kst_date(at) - timedelta(days=40))[0]
    edition = Edition.objects.create(bundle=bundle, month=month, price=20_000, shipping=3_000)
    Component.objects.create(edition=edition, position=0, product=product, quantity=2)
    Component.objects.create(edition=edition, position=1, voucher_type=kind, quantity=1)
    edition = publish_edition(edition, by=SYSTEM, at=at)
    plan = Plan.objects.create(bundle=bundle, cadence="monthly")
    resident = Resident.objects.create(user=person("resident", mark), joined_at=at)
    address = Address.objects.create(
        resident=resident, recipient=f"{mark} 받는이", phone="010-0000-0001", postcode="00000", line1=f"{mark} 길 1",
        is_default=True,
    )  # fmt: skip
    method = save_method(resident, "pm_card_visa", gateway=open_gateway(), at=at)
    seller, gatekeeper = person("seller", mark), person("gate", mark)
    MerchantMember.objects.create(merchant=merchant, user=seller)
    PartnerMember.objects.create(partner=partner, user=gatekeeper)
    return SmallTown(
        mark, staff("manager", mark, Duty.MANAGER), merchant, product, partner, kind, bundle, edition, plan, resident,
        address, method, seller, gatekeeper,
    )  # fmt: skip


def person(name: str, mark: str) -> User:
    """A log-in without duties."""
    return User.objects.create_user(f"{name}@{mark.lower()}.example", "pw", first_name=f"{mark} {name}")


def staff(name: str, mark: str, duty: Duty) -> User:
    """A log-in with one duty."""
    user = User.objects.create_user(f"{name}@{mark.lower()}.example", "pw", first_name=f"{mark} {name}", is_staff=True)
    user.groups.add(Group.objects.get(name=duty))
    return user


def live_a_month(town: SmallTown) -> None:
    """The resident subscribes; the box is billed, sent, confirmed; the voucher is used; a screen is paired."""
    at = now() - timedelta(days=3)
    by = Actor.of(town.resident.user)
    price = plan_price(town.plan, town.edition)
    subscribe(
        town.resident, town.plan, address=town.address, method=town.method, agreed_amount=price.total, request_key=town.mark,
        by=by, at=at,
    )  # fmt: skip
    run_billing(kst_date(at), at=at, gateway=open_gateway())
    issue_vouchers(at=at)
    ship_shipments(
        Shipment.objects.all(), courier="cj", numbers=dict.fromkeys(_boxes(), "123456789012"), by=SYSTEM, at=at
    )
    deliver_shipments(list(Shipment.objects.all()), by=SYSTEM, at=at)
    confirm_orders(list(Order.objects.all()), by=SYSTEM, at=at)
    find_notices(at=at)
    with closing(open_post()) as post:
        send_notices(at=at, post=post)
    voucher = Voucher.objects.get()
    redeem_voucher(voucher.code, town.partner.pk, by=SYSTEM, at=at, nonce=town.mark)
    pair_gate(town.partner, f"{town.mark} 정문", by=SYSTEM, at=at)
    waiting = start_pairing("test", at=at)
    pair_display(waiting.code, Spot(name=f"{town.mark} 로비"), by=SYSTEM, at=at)


def _boxes() -> list[int]:
    return list(Shipment.objects.values_list("pk", flat=True))
