"""Merchants, products, residents, cards and orders, with no surprises."""

from datetime import UTC, datetime
from itertools import count

from core.actor import SYSTEM
from malls.catalog.models import Product, ProductState, Stock
from malls.customers.models import Resident
from malls.merchants.models import Merchant, MerchantState
from malls.orders.actions import place_orders
from malls.orders.rules import LineDraft, OrderDraft
from malls.payments.models import PaymentMethod
from settlement.statements.actions import ensure_payee
from tenants.people.models import User

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
_next = count(1)


def a_merchant(**fields):
    """An approved merchant that settlement knows."""
    number = next(_next)
    values = {
        "business_no": f"5{number:09d}", "name": f"데모상점{number}", "representative": "김데모", "state": MerchantState.APPROVED,
        "approved_at": AT,
    }  # fmt: skip
    merchant = Merchant.objects.create(**{**values, **fields})
    ensure_payee(merchant.payee_ref, kind="merchant", name=merchant.name, business_no=merchant.business_no)
    return merchant


def a_product(merchant=None, *, received=100, **fields):
    """An approved product with stock."""
    number = next(_next)
    merchant = merchant or a_merchant()
    values = {
        "merchant": merchant, "slug": f"product-{number}", "name": f"고추장 {number}", "spec": "500 g", "price": 12_000,
        "state": ProductState.APPROVED, "approved_at": AT,
    }  # fmt: skip
    product = Product.objects.create(**{**values, **fields})
    Stock.objects.create(product=product, received=received)
    return product


def a_resident(**fields):
    """A resident with a user."""
    number = next(_next)
    user = User.objects.create_user(f"resident{number}@demo.example", last_name="박", first_name="데모", **fields)
    return Resident.objects.create(user=user, joined_at=AT)


def a_card(resident, gateway, token="pm_card_visa"):  # noqa: S107  a public test name
    """A card that the provider of `gateway` really knows."""
    customer = gateway.create_customer(key=f"c{next(_next)}", name=str(resident), email=resident.user.email)
    card = gateway.save_method(key=f"s{next(_next)}", customer=customer, method=token)
    return PaymentMethod.objects.create(
        resident=resident, customer_ref=customer, method_ref=card.reference, brand=card.brand, last4=card.last4,
        exp_month=card.exp_month, exp_year=card.exp_year, saved_at=AT,
    )  # fmt: skip


def a_line(product=None, **fields):
    """One piece of a product for its price."""
    product = product or a_product()
    values = {
        "kind": "product", "product_id": product.pk, "payee_ref": product.merchant.payee_ref,
        "payee_name": product.merchant.name, "name": product.name, "spec": product.spec, "quantity": 1,
        "list_amount": product.price, "amount": product.price, "tax_type": product.tax_type, "commission_bp": 500,
    }  # fmt: skip
    return LineDraft(**{**values, **fields})


def an_order_draft(resident=None, lines=None, **fields):
    """An order as it will be placed."""
    resident = resident or a_resident()
    values = {
        "source": f"test:{next(_next)}", "resident_id": resident.pk, "title": "데모 꾸러미", "recipient": "박데모",
        "phone": "010-0000-0000", "postcode": "56000", "line1": "전북 순창군 데모로 1", "shipping": 3_000,
    }  # fmt: skip
    return OrderDraft(lines=tuple(lines or [a_line()]), **{**values, **fields})


def an_order(resident=None, lines=None, *, at=AT, **fields):
    """A placed order."""
    (order,) = place_orders([an_order_draft(resident, lines, **fields)], by=SYSTEM, at=at)
    return order
