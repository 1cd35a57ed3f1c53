"""A small shelf for tests: a merchant with products, pages with words."""

from core.clock import now
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.merchants.models import Merchant, MerchantState


def merchant(name="품앗이전통장", number="9453534957"):
    return Merchant.objects.create(
        business_no=number, name=name, representative="이선희", state=MerchantState.APPROVED, phone="0631234567"
    )


def product(shop, name="찹쌀고추장", price=19_000, *, stock=30, category="jang", **fields):
    shelf, _ = Category.objects.get_or_create(slug=category, defaults={"name": "장류"})
    made = Product.objects.create(
        merchant=shop,
        category=shelf,
        slug=fields.pop("slug", name),
        name=name,
        spec=fields.pop("spec", "1kg"),
        price=price,
        state=fields.pop("state", ProductState.APPROVED),
        approved_at=now(),
        notice={"식품유형": "고추장", "원재료명": "찹쌀, 고춧가루"},
        **fields,
    )
    Stock.objects.create(product=made, received=stock)
    return made
