"""A small town for the tests of bundles: two merchants, a partner, a bundle on sale, residents with card and address."""

from datetime import date, datetime
from itertools import count
from typing import Any

from bundles.billing.actions import bill_subscription
from bundles.plans.actions import publish_edition
from bundles.plans.models import Bundle, Cadence, Component, Edition, Payment, Plan
from bundles.plans.queries import course_of, current_edition, day_book, plan_price, prepaid_term
from bundles.subscriptions.actions import subscribe
from bundles.subscriptions.models import Subscription
from bundles.vouchers.models import Funding, Partner, PartnerMember, VoucherType
from core.actor import SYSTEM, Actor
from core.clock import KST, kst_date
from malls.catalog.models import Category, Product, ProductState, Stock, TaxType
from malls.customers.models import Address, Resident
from malls.merchants.models import Merchant, MerchantState
from malls.notices.actions import find_notices, send_notices
from malls.notices.channels.post import Post, open_post
from malls.payments.actions import save_method
from malls.payments.models import PaymentMethod
from settlement.statements.actions import ensure_payee
from tenants.people.models import User

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=KST)
MONTH = date(2026, 11, 1)
BY = Actor("person", "시험")
_numbers = count(1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=KST)


def merchant(name: str = "품앗이전통장", commission_bp: int = 500) -> Merchant:
    number = next(_numbers)
    made = Merchant.objects.create(
        business_no=f"{number:010d}", name=name, representative="홍길동", state=MerchantState.APPROVED,
        commission_bp=commission_bp, address="순창읍 장류로 1", phone="0631234567", email="shop@example.kr",
        mail_order_no="제2026-전북순창-0001호",
    )  # fmt: skip
    ensure_payee(made.payee_ref, kind="merchant", name=name)
    return made


def product(
    shop: Merchant, name: str = "찹쌀고추장", price: int = 19_000, stock: int = 1_000, **fields: Any
) -> Product:
    made = Product.objects.create(
        merchant=shop, slug=f"p-{next(_numbers)}", name=name, spec="1kg", price=price, state=ProductState.APPROVED,
        origin="국내산(순창)", allergens=["대두"], notice={"제조원": shop.name}, **fields,
    )  # fmt: skip
    Stock.objects.create(product=made, received=stock)
    return made


def partner(name: str = "고추장민속마을") -> Partner:
    return Partner.objects.create(name=name, place="순창읍", phone="0631112222", commission_bp=300)


def voucher_type(where: Partner, name: str = "고추장 담그기", face: int = 18_000, **fields: Any) -> VoucherType:
    fields.setdefault("charge", 0 if fields.get("funding") == Funding.CITY else face)
    return VoucherType.objects.create(
        slug=f"v-{next(_numbers)}", partner=where, name=name, face_value=face, **fields
    )  # fmt: skip


def bundle(name: str = "첫 장독 상자", cadence: str = Cadence.MONTHLY, **fields: Any) -> Bundle:
    shelf, _made = Category.objects.get_or_create(slug="jang", defaults={"name": "장류"})
    fields.setdefault("category", shelf)
    made = Bundle.objects.create(slug=f"b-{next(_numbers)}", name=name, tagline="장독 하나를 나눠 받는 기분", **fields)
    Plan.objects.create(bundle=made, cadence=cadence)
    return made


def edition(of: Bundle, things: list[Any], price: int, shipping: int = 3_000, month: date = MONTH) -> Edition:
    """A published edition of products and voucher types, one of each."""
    made = Edition.objects.create(bundle=of, month=month, price=price, shipping=shipping)
    for position, thing in enumerate(things):
        which = {"product": thing} if isinstance(thing, Product) else {"voucher_type": thing}
        Component.objects.create(edition=made, position=position, **which)
    return publish_edition(made, by=SYSTEM, at=NOON)


def offer(*, voucher: VoucherType | None = None, price: int = 30_000, cadence: str = Cadence.MONTHLY) -> Bundle:
    """A bundle on sale: two products of two merchants (19,000 and 18,000 won), perhaps a voucher."""
    things: list[Any] = [
        product(merchant()),
        product(merchant("향가발효원"), "재래된장", 18_000, tax_type=TaxType.EXEMPT),
    ]
    made = bundle(cadence=cadence)
    edition(made, [*things, *([voucher] if voucher else [])], price)
    return made


def resident(name: str = "김순창") -> Resident:
    number = next(_numbers)
    user = User.objects.create_user(f"r{number}@example.kr", "goeul-demo", last_name=name[0], first_name=name[1:])
    made = Resident.objects.create(user=user, joined_at=NOON)
    Address.objects.create(
        resident=made, recipient=name, phone="01012345678", postcode="56042", line1="순창읍 장류로 13", is_default=True
    )
    return made


def card(of: Resident, gateway: Any = None) -> PaymentMethod:
    """A saved card that pays; with a gateway the provider knows it too."""
    if gateway is not None:
        token = gateway.tokenize(number="4242424242424242", exp_month=12, exp_year=2034, cvc="123")
        return save_method(of, token, gateway=gateway, at=NOON)
    return PaymentMethod.objects.create(
        resident=of, customer_ref=f"cus_{of.pk}", method_ref=f"pm_{next(_numbers)}", brand="visa", last4="4242",
        exp_month=12, exp_year=2034, saved_at=NOON,
    )  # fmt: skip


def subscribed(
    to: Bundle,
    gateway: Any,
    *,
    who: Resident | None = None,
    at: datetime = NOON,
    charge: bool = True,
    quantity: int = 1,
) -> Subscription:
    """A resident's subscription to a bundle's first plan; its first box is charged."""
    who = who or resident()
    plan = to.plans.first()
    sold = current_edition(to, at.date())
    made = subscribe(
        who, plan, address=who.addresses.first(), method=card(who, gateway), quantity=quantity,
        agreed_amount=plan_price(plan, sold, quantity).total, request_key=f"key-{next(_numbers)}", by=BY, at=at,
    )  # fmt: skip
    return bill_subscription(made, at=at, gateway=gateway) if charge else made


def send(at: datetime, post: Post | None = None) -> int:
    """Find what is to be told and send it; the number of facts told."""
    find_notices(at=at)
    return send_notices(at=at, post=post or open_post())


def prepaid(
    to: Bundle,
    gateway: Any,
    *,
    who: Resident | None = None,
    at: datetime = NOON,
    charge: bool = True,
    quantity: int = 1,
) -> Subscription:
    """A resident's subscription to a bundle's prepaid plan; the whole term is charged with its first box."""
    who = who or resident()
    plan = to.plans.select_related("bundle").get(payment=Payment.PREPAID)
    today = kst_date(at)
    sold = current_edition(to, today)
    term = prepaid_term(plan, sold, course_of(plan, today, day_book()), quantity)
    made = subscribe(
        who, plan, address=who.addresses.first(), method=card(who, gateway), quantity=quantity,
        agreed_amount=term.total, request_key=f"key-{next(_numbers)}", by=BY, at=at,
    )  # fmt: skip
    return bill_subscription(made, at=at, gateway=gateway) if charge else made


def gatekeeper(of: Partner) -> User:
    user = User.objects.create_user(f"g{next(_numbers)}@example.kr", "goeul-demo", last_name="문", first_name="지기")
    PartnerMember.objects.create(partner=of, user=user)
    return user
