"""Reads of the storefront: products on the shelf, stories, notices."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from malls.catalog.models import Category, Product, ProductState
from malls.catalog.rules import LAST_ONES
from malls.merchants.models import MerchantState
from malls.storefront.pages import ExhibitionPage, HomePage, NoticePage, StoryPage
from malls.storefront.sections import SearchGroup
from ui.cards import HERO_FILTER, Picture, ProductCard, StoryCard, picture_of

ORDERS = {"new": "-approved_at", "low": "price", "high": "-price", "name": "name"}
# The words of 상품정보제공고시, in its order.
LABELS = {
    "food_type": "식품유형",
    "producer": "생산자 및 소재지",
    "made_on": "제조연월일",
    "use_by": "소비기한 또는 품질유지기한",
    "ingredients": "원재료명 및 함량",
    "nutrition": "영양성분",
    "gmo": "유전자변형식품 해당 여부",
    "caution": "소비자안전을 위한 주의사항",
    "import": "수입신고 여부",
    "storage": "보관 및 취급방법",
    "contact": "소비자상담 전화",
}


def on_shelf() -> QuerySet[Product]:
    """Products that visitors may see: approved, of approved merchants."""
    return (
        Product.objects.filter(state=ProductState.APPROVED, merchant__state=MerchantState.APPROVED)
        .select_related("merchant", "category", "image", "stock")
        .annotate(left=F("stock__received") - F("stock__reserved") - F("stock__shipped"))
    )


def shelf(*, category: str = "", order: str = "new") -> QuerySet[Product]:
    """The shelf, or one category of it, in one of the `ORDERS`; nulls and ties keep a steady order."""
    found = on_shelf().filter(category__slug=category) if category else on_shelf()
    return found.order_by(ORDERS.get(order, "-approved_at"), "pk")


def newest_of_each(count: int = 8) -> QuerySet[Product]:
    """The newest products, one of each category before a second of any."""
    turn = Window(RowNumber(), partition_by=F("category"), order_by=(F("approved_at").desc(), F("pk").desc()))
    return on_shelf().annotate(turn=turn).order_by("turn", "category__position", "pk")[:count]


def categories() -> QuerySet[Category]:
    """Categories with something on the shelf."""
    return Category.objects.filter(products__in=on_shelf()).distinct()


def labelling(product: Product) -> list[tuple[str, str]]:
    """The statutory labelling in the order of the notice; fields with words of their own come last."""
    order = {name: position for position, name in enumerate(LABELS)}
    rows = sorted(product.notice.items(), key=lambda row: order.get(row[0], len(order)))
    return [(LABELS.get(name, name), str(value)) for name, value in rows if value]


def product_card(product: Any) -> ProductCard:
    """A product of `on_shelf` as a card."""
    left = product.left
    return ProductCard(
        href=f"/products/{product.slug}/",
        name=product.name,
        merchant=product.merchant.name,
        price=product.price,
        picture=picture_of(
            product.image,
            name=product.name,
            category=product.category.slug if product.category else "",
            contents=product.art,
        ),
        spec=product.spec,
        tag=f"{left}개 남음" if left is not None and 0 < left <= LAST_ONES else "",
        tag_kind="last",
        sold_out=left is not None and left <= 0,
    )


def cards_by_slug(slugs: list[str]) -> Sequence[ProductCard]:
    """Product cards in the order of their addresses."""
    found = {product.slug: product for product in on_shelf().filter(slug__in=slugs)}
    return [product_card(found[slug]) for slug in slugs if slug in found]


def first_of(found: QuerySet[Any], limit: int) -> tuple[list[Any], int]:
    """The first rows and how many there are; they are counted only where more than `limit` may be."""
    rows = list(found[:limit])
    return rows, found.count() if len(rows) == limit else len(rows)


def found_products(text: str) -> SearchGroup | None:
    """Products by name, merchant, category or description."""
    words = text.split()[:5]
    found = on_shelf()
    for word in words:
        found = found.filter(
            Q(name__icontains=word)
            | Q(merchant__name__icontains=word)
            | Q(category__name__icontains=word)
            | Q(summary__icontains=word)
            | Q(description__icontains=word)
        )
    rows, total = first_of(found.order_by("name", "pk"), 24)
    return SearchGroup("상품", "product", [product_card(one) for one in rows], total)


def found_stories(text: str) -> SearchGroup | None:
    """Stories by title, shop, person or beginning."""
    found = StoryPage.objects.live().public().select_related("merchant", "image")
    for word in text.split()[:5]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(lead__icontains=word)
            | Q(person__icontains=word)
            | Q(merchant__name__icontains=word)
        )
    rows, total = first_of(found, 6)
    return SearchGroup("사장님 이야기", "story", [story.card for story in rows], total) if total else None


def newest_stories(count: int = 3) -> list[StoryCard]:
    """The newest stories."""
    found = StoryPage.objects.live().public().select_related("merchant", "image")
    return [story.card for story in found.order_by("-first_published_at", "-pk")[:count]]


def newest_notices(count: int = 4) -> list[NoticePage]:
    """Pinned and newest notices."""
    return list(NoticePage.objects.live().public().order_by("-is_pinned", "-published_on", "-pk")[:count])


def hero_picture(name: str) -> Picture:
    """The first page's photograph, or its still life arranged anew for another page."""
    home = HomePage.objects.select_related("image").first()
    image, art = (home.image, home.art) if home else (None, [])
    return picture_of(image, name=name, contents=art, size=HERO_FILTER)


def running_exhibitions(day: date, count: int = 2) -> list[StoryCard]:
    """Exhibitions of a day, or the next ones when none runs."""
    found = ExhibitionPage.objects.live().public().filter(ends_on__gte=day).select_related("image")
    return [exhibition.card for exhibition in found.order_by("starts_on")[:count]]


def product_choices() -> list[tuple[str, str]]:
    """Products on the shelf for staff to choose from."""
    return [(one.slug, f"{one.name} · {one.merchant.name}") for one in on_shelf().order_by("name", "pk")]
