"""Partners, voucher types, bundles with editions, and plans."""

from datetime import date, datetime
from typing import Any

from bundles.plans.actions import publish_edition
from bundles.plans.models import TERMS, Bundle, Component, Edition, Payment, Plan, Weekday
from bundles.vouchers.models import Funding, Partner, VoucherKind, VoucherType
from config.demo.content import Town
from core.actor import Actor
from malls.catalog.models import Category, Product

KINDS = {
    "상품권": VoucherKind.AMOUNT, "체험": VoucherKind.EXPERIENCE, "식사": VoucherKind.MEAL, "음료": VoucherKind.MEAL,
}  # fmt: skip
MORE_IN_ADVANCE = 200
"""Basis points of discount on top for paying a whole term in advance."""
Goods = dict[tuple[str, str], Product]


def compose(town: Town, *, month: date, by: Actor, at: datetime) -> None:
    """Everything that can be subscribed to, on sale from `month` on."""
    types = {row["id"]: _voucher_type(row) for row in town.content["vouchers"]}
    goods = {(one.merchant.business_no, one.name): one for one in Product.objects.select_related("merchant")}
    shelves = {one.slug: one for one in Category.objects.all()}
    for position, row in enumerate(town.content["bundles"]):
        bundle = _bundle(row, shelves[row["category"]], position)
        edition = _edition(bundle, row, month, goods, types)
        publish_edition(edition, by=by, at=at)
        _plans(bundle, row)


def _voucher_type(row: dict[str, Any]) -> VoucherType:
    partner, _made = Partner.objects.get_or_create(name=row["facility"], defaults={"place": row["place"]})
    city = row["funding"] == "city"
    kind, _made = VoucherType.objects.get_or_create(
        partner=partner,
        name=row["kind"],
        defaults={
            "slug": row["id"],
            "face_value": row["face_value"],
            "charge": 0 if city else row["face_value"] * 9 // 10,
            "valid_days": row["valid_days"],
            "funding": Funding.CITY if city else Funding.BUYER,
            "condition": row["condition"],
            "available": row["available"],
            "refund_rule": row["refund"],
        },
    )
    kind.kind = _kind(row["kind"])
    kind.save(update_fields=["kind"])
    return kind


def _kind(name: str) -> VoucherKind:
    """What the office's name of a voucher says that it is good for."""
    return next((kind for word, kind in KINDS.items() if word in name), VoucherKind.ADMISSION)


def _bundle(row: dict[str, Any], shelf: Category, position: int) -> Bundle:
    return Bundle.objects.create(
        slug=row["id"],
        name=row["name"],
        tagline=row["tagline"],
        story=row["story"],
        category=shelf,
        ship_weekday=Weekday[row["delivery_weekday"]],
        position=position,
    )


def _edition(bundle: Bundle, row: dict[str, Any], month: date, goods: Goods, types: dict[str, VoucherType]) -> Edition:
    edition = Edition.objects.create(bundle=bundle, month=month, price=row["price"], shipping=row["shipping_fee"])
    parts = [
        Component(
            edition=edition, product=goods[part["merchant_business_no"], part["product_name"]], quantity=part["qty"]
        )
        for part in row["components"]
    ]
    parts += [
        Component(edition=edition, voucher_type=types[part["voucher_id"]], quantity=part["qty"])
        for part in row["vouchers"]
    ]
    for position, part in enumerate(parts):
        part.position = position
    Component.objects.bulk_create(parts)
    return edition


def _plans(bundle: Bundle, row: dict[str, Any]) -> None:
    Plan.objects.create(bundle=bundle, cadence=row["cadence"], term_months=0)
    for months, percent in row["term_discounts_percent"].items():
        Plan.objects.create(
            bundle=bundle, cadence=row["cadence"], term_months=int(months), discount_bp=int(percent * 100)
        )
        if int(months) in TERMS:
            Plan.objects.create(
                bundle=bundle, cadence=row["cadence"], term_months=int(months), payment=Payment.PREPAID,
                discount_bp=int(percent * 100) + MORE_IN_ADVANCE,
            )  # fmt: skip
