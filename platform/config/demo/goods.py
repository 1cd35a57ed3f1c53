"""Merchants, products and shelves of a town, taken in through the same actions as the office's lists."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from config.demo.content import Town
from core.actor import Actor
from malls.catalog.actions import approve_products, take_in_products
from malls.catalog.importing import import_list
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.merchants.actions import approve_merchants, take_in_merchants, verify_bank_account
from malls.merchants.models import Merchant, MerchantState
from ui import goods

CITY_NOTE = "데모 자료"
EXEMPT = "면제(데모)"


def take_in(town: Town, *, by: Actor, checker: Actor, at: datetime) -> None:
    """The town's lists become approved merchants and products; a few stay for the onboarding desk to look at."""
    for path in town.lists:
        import_list(path.read_bytes(), path.name, by=by, at=at)
    if not town.lists:
        take_in_merchants((_merchant(row) for row in town.merchants), by=by)
        take_in_products(_product(row) for row in town.products)
    Merchant.objects.filter(mail_order_no="").update(mail_order_no=EXEMPT)
    newest = set(Merchant.objects.order_by("-pk").values_list("pk", flat=True)[:4]) - _needed(town)
    approve_merchants(Merchant.objects.exclude(pk__in=newest), by=by, at=at)
    for pk in Merchant.objects.filter(state=MerchantState.APPROVED).exclude(account_no="").values_list("pk", flat=True):
        verify_bank_account(pk, by=checker, at=at + timedelta(hours=2))
    _shelve(town)
    approve_products(Product.objects.filter(state=ProductState.SUBMITTED), by=by, at=at)
    _stock_up()


def _stock_up() -> None:
    """Enough for three months of boxes; every fortieth product is nearly sold out."""
    Stock.objects.update(received=F("received") + 600)
    scarce = Stock.objects.annotate(turn=F("product_id") % 40).filter(turn=7)
    scarce.update(received=60)


def _needed(town: Town) -> set[int]:
    numbers = {part["merchant_business_no"] for bundle in town.content["bundles"] for part in bundle["components"]}
    return set(Merchant.objects.filter(business_no__in=numbers).values_list("pk", flat=True))


def _merchant(row: dict[str, Any]) -> dict[str, object]:
    return {**row, "note": CITY_NOTE}


def _product(row: dict[str, Any]) -> dict[str, object]:
    notice = row["notice"]
    return {
        **row,
        "merchant_business_no": row["merchant_brn"],
        "notice_type": notice.get("notice_type", ""),
        "notice_food_type": notice.get("식품유형", ""),
        "notice_ingredients": notice.get("원재료명", ""),
        "notice_use_by": notice.get("소비기한", ""),
        "notice_nutrition": notice.get("영양성분", ""),
        "notice_storage": notice.get("보관방법", ""),
        "notice_caution": notice.get("주의사항", ""),
        "notice_made_on": notice.get("제조연월일", ""),
        "notice_gmo": notice.get("유전자변형", ""),
    }


def _shelve(town: Town) -> None:
    """The town's own shelves, and each product on the one that its bundles or its content name."""
    shelves = {}
    for position, row in enumerate(town.content["categories"]):
        family = goods.still_life(row["name"], category=row["slug"]).family
        shelves[row["slug"]], _made = Category.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "position": position,
                "family": family if family in dict(Category.family.field.choices or ()) else "jang",
            },
        )
    named = {(row["merchant_brn"], row["name"]): row["category"] for row in ([] if town.lists else town.products)}
    for bundle in town.content["bundles"]:
        for part in bundle["components"]:
            named.setdefault((part["merchant_business_no"], part["product_name"]), bundle["category"])
    changed = []
    for product in Product.objects.select_related("merchant"):
        slug = named.get((product.merchant.business_no, product.name))
        if slug in shelves:
            product.category = shelves[slug]
            changed.append(product)
    Product.objects.bulk_update(changed, ["category"])
