"""What happens to products and their stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from core.actor import Actor
from core.generation import raise_generation
from core.state import move_many
from malls.catalog.errors import MerchantNotApproved, StockPromised
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.catalog.rules import product_fields, shelf_of, shown_stock
from malls.merchants.actions import Tally
from malls.merchants.models import Merchant, MerchantState
from malls.merchants.rules import changes_of

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Approval:
    """Products that were approved, and those whose merchant is not."""

    approved: list[Product] = field(default_factory=list)
    waiting: list[Product] = field(default_factory=list)


@transaction.atomic
def take_in_products(rows: Iterable[Values]) -> Tally:
    """Create or update products from clean values, known by merchant, name and size. Twice the same changes nothing.

    A list's stock opens a new product's stock; what is already sold from is changed by `set_stock` only.
    """
    rows = list(rows)
    merchants = Merchant.objects.in_bulk({str(row["merchant_business_no"]) for row in rows}, field_name="business_no")
    there = {
        (product.merchant_id, product.name, product.spec): product
        for product in Product.objects.select_for_update().filter(merchant__in=merchants.values()).order_by("pk")
    }
    shelves = {category.slug: category for category in Category.objects.all()}
    new: list[tuple[Product, int]] = []
    touched: list[Product] = []
    names: set[str] = set()
    for row in rows:
        merchant, fields = merchants[str(row["merchant_business_no"])], product_fields(row)
        product = there.get((merchant.pk, str(fields["name"]), str(fields["spec"])))
        if product is None:
            new.append((_new(merchant, fields, shelves), int(str(row.get("stock") or 0))))
        elif product.state != ProductState.RETIRED and (changes := changes_of(product, fields)):
            for change in changes:
                setattr(product, change.field, change.new)
            touched.append(product)
            names |= {change.field for change in changes}
    _create(new)
    if touched:
        Product.objects.bulk_update(touched, sorted(names), batch_size=500)
        raise_generation()
    return Tally(len(new), len(touched), len(rows) - len(new) - len(touched))


def _new(merchant: Merchant, fields: dict[str, object], shelves: Mapping[str, Category]) -> Product:
    name, spec = str(fields["name"]), str(fields["spec"])
    shelf = shelves.get(shelf_of(name, merchant.business_type))
    slug = address_of(name, spec, merchant.pk)
    return Product(
        merchant=merchant, category=shelf, slug=slug, state=ProductState.SUBMITTED, summary=_first(fields), **fields
    )


def address_of(name: str, spec: str, merchant_id: int) -> str:
    """The slug of a product: name, size and merchant."""
    return f"{slugify(f'{name} {spec}', allow_unicode=True)[:100]}-{merchant_id}"


def _first(fields: Mapping[str, object]) -> str:
    """The description's first sentence, for cards."""
    text = str(fields.get("description") or "")
    head, dot, _rest = text.partition(". ")
    return (head + dot.strip())[:160]


def _create(new: list[tuple[Product, int]]) -> None:
    """Products with their stock; two names that read the same in an address get a number."""
    taken = set(Product.objects.filter(slug__in=[product.slug for product, _ in new]).values_list("slug", flat=True))
    for product, _stock in new:
        plain, number = product.slug, 1
        while product.slug in taken:
            number += 1
            product.slug = f"{plain}-{number}"
        taken.add(product.slug)
    Product.objects.bulk_create([product for product, _ in new], batch_size=500)
    Stock.objects.bulk_create([Stock(product=product, received=stock) for product, stock in new], batch_size=500)


@transaction.atomic
def approve_products(products: Iterable[Product], *, by: Actor, at: datetime) -> Approval:
    """Put submitted products of approved merchants on the shelf; the others wait."""
    submitted = [product for product in products if product.state == ProductState.SUBMITTED]
    approved = set(
        Merchant.objects.filter(
            pk__in={product.merchant_id for product in submitted}, state=MerchantState.APPROVED
        ).values_list("pk", flat=True)
    )
    ready = [product for product in submitted if product.merchant_id in approved]
    waiting = [product for product in submitted if product.merchant_id not in approved]
    raise_generation()
    return Approval(move_many(Product, ready, ProductState.APPROVED, by=by, at=at, approved_at=at), waiting)


def approve_product(product: Product, *, by: Actor, at: datetime) -> Product:
    """Put one on the shelf; refuses while its merchant is not approved."""
    if product.merchant.state != MerchantState.APPROVED:
        raise MerchantNotApproved(merchant=product.merchant.name)
    raise_generation()
    return product.move(ProductState.APPROVED, by=by, at=at, approved_at=at)


def submit_product(product: Product, *, by: Actor, at: datetime) -> Product:
    """Hand in for approval."""
    return product.move(ProductState.SUBMITTED, by=by, at=at)


def return_product(product: Product, *, why: str, by: Actor, at: datetime) -> Product:
    """Send back with the reason."""
    return product.move(ProductState.RETURNED, by=by, at=at, why=why)


def retire_product(product: Product, *, why: str, by: Actor, at: datetime) -> Product:
    """Take off the shelf for good."""
    raise_generation()
    return product.move(ProductState.RETIRED, by=by, at=at, why=why)


@transaction.atomic
def set_stock(product_id: int, available: int) -> Stock:
    """Say how many pieces can be promised now; 0 is sold out."""
    stock = Stock.objects.select_for_update().select_related("product").get_or_create(product_id=product_id)[0]
    if available < 0:
        raise StockPromised(product=stock.product.name, promised=stock.reserved + stock.shipped)
    Stock.objects.filter(pk=stock.pk).update(received=F("reserved") + F("shipped") + available)
    was = stock.available
    stock.refresh_from_db()
    if shown_stock(was) != shown_stock(available):
        raise_generation()
    return stock
