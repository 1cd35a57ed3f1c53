"""What scenes are about: bundles, products, stories and notices of the mall, read from the apps below."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bundles.plans.models import Bundle, Component, Edition, EditionState, Plan
from bundles.subscriptions.models import Subscription, SubscriptionState
from core.clock import kst_date, now
from malls.catalog.models import Product, ProductState
from malls.merchants.models import Merchant, MerchantState
from showroom.playlists.pictures import picture_of
from showroom.playlists.rules import Fact, Price, Row

FEW = 20
LIVING = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.PAST_DUE)
RANKED = 5


def today() -> date:
    """The Korean day on which choices are offered."""
    return kst_date(now())


# ── Bundles ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def bundle_choices() -> list[tuple[str, str]]:
    """Bundles listed in the mall, by name."""
    return list(Bundle.objects.filter(is_listed=True).order_by("name").values_list("slug", "name"))


def bundle_facts(slugs: Iterable[str], on: date) -> dict[str, Fact]:
    """Bundles on sale by slug, with true price, stock and picture. What is not on sale is missing."""
    editions = _editions(slugs, on)
    left = _left([edition.pk for edition in editions])
    plans = _first_plans([edition.bundle_id for edition in editions])
    gifts = _gifts([edition.pk for edition in editions])
    return {
        edition.bundle.slug: _bundle_fact(
            edition, plans.get(edition.bundle_id), left.get(edition.pk), gifts.get(edition.pk, "")
        )
        for edition in editions
    }


def _editions(slugs: Iterable[str], on: date) -> list[Edition]:
    """The edition in force of each listed bundle."""
    wanted = Edition.objects.filter(
        bundle__slug__in=list(slugs), bundle__is_listed=True, state=EditionState.APPROVED, month__lte=on
    )
    in_force = wanted.order_by("bundle_id", "-month").distinct("bundle_id")
    return list(in_force.select_related("bundle__category", "bundle__image"))


def _left(editions: Sequence[int]) -> dict[int, int]:
    """How many boxes the scarcest component of each edition still allows."""
    left: dict[int, int] = {}
    parts = Component.objects.filter(edition__in=editions, product__isnull=False).select_related("product__stock")
    for part in parts:
        stock = getattr(part.product, "stock", None)
        boxes = stock.available // part.quantity if stock else 0
        left[part.edition_id] = min(boxes, left.get(part.edition_id, boxes))
    return left


def _gifts(editions: Sequence[int]) -> dict[int, str]:
    """The first voucher inside each edition, as a tag."""
    parts = Component.objects.filter(edition__in=editions, voucher_type__isnull=False).select_related("voucher_type")
    return {part.edition_id: part.voucher_type.name for part in parts.order_by("-position", "-pk") if part.voucher_type}


def _first_plans(bundles: Sequence[int]) -> dict[int, Plan]:
    """The plan without a term, or else the shortest, of each bundle."""
    plans = Plan.objects.filter(bundle__in=bundles, is_offered=True).order_by("bundle_id", "term_months", "pk")
    return {plan.bundle_id: plan for plan in plans.distinct("bundle_id")}


def _bundle_fact(edition: Edition, plan: Plan | None, left: int | None, gift: str) -> Fact:
    bundle = edition.bundle
    return Fact(
        title=bundle.name,
        line=bundle.tagline,
        eyebrow=_("Bundle of %(month)s") % {"month": f"{edition.month.month}"},
        tag=_("%(voucher)s included") % {"voucher": gift} if gift else "",
        price=Price(edition.price, edition.list_price, plan.get_cadence_display() if plan else ""),
        left=scarce(left),
        picture=picture_of(bundle, bundle.name, bundle.category),
        path=f"/bundles/{bundle.slug}/",
    )


def scarce(left: int | None) -> int | None:
    """Only the last ones are worth a word; more would change the manifest with every order."""
    return left if left is not None and left <= FEW else None


def popular_bundles(limit: int, on: date) -> list[str]:
    """Slugs of the bundles with the most living subscriptions; those without any follow in the mall's order."""
    counted = _counted(on).order_by("-living", "position", "pk")
    return list(counted.values_list("slug", flat=True)[:limit])


def _counted(on: date) -> Any:
    living = Count("plans__subscriptions", filter=Q(plans__subscriptions__state__in=LIVING), distinct=True)
    in_force = Edition.objects.filter(state=EditionState.APPROVED, month__lte=on)
    return Bundle.objects.filter(is_listed=True, editions__in=in_force).annotate(living=living)


def ranking_rows(on: date, limit: int = RANKED) -> tuple[Row, ...]:
    """The most subscribed bundles with the number of living subscriptions; empty while nobody subscribes."""
    counted = _counted(on).filter(living__gt=0).order_by("-living", "position", "pk")[:limit]
    return tuple(Row(bundle.name, _("%(count)s subscriptions") % {"count": f"{bundle.living:,}"}) for bundle in counted)


# ── Products ────────────────────────────────────────────────────────────────────────────────────────────────────────
def product_choices() -> list[tuple[str, str]]:
    """Products on sale with their shops, by name."""
    rows = _products().order_by("name").values_list("slug", "name", "merchant__name")
    return [(slug, f"{name} · {merchant}") for slug, name, merchant in rows]


def _products() -> Any:
    return Product.objects.filter(state=ProductState.APPROVED, merchant__state=MerchantState.APPROVED, adult_only=False)


def product_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Products on sale by slug. Goods for adults only are never on a public screen."""
    found = _products().filter(slug__in=list(slugs)).select_related("merchant", "category", "stock", "image")
    return {product.slug: _product_fact(product) for product in found}


def _product_fact(product: Product) -> Fact:
    stock = getattr(product, "stock", None)
    return Fact(
        title=product.name,
        line=product.summary or product.spec,
        eyebrow=product.merchant.name,
        price=Price(product.price, product.price, product.spec),
        left=scarce(stock.available if stock else 0),
        picture=picture_of(product, product.name, product.category),
        path=f"/products/{product.slug}/",
    )


# ── Stories, notices, numbers ───────────────────────────────────────────────────────────────────────────────────────
def story_choices() -> list[tuple[str, str]]:
    """Published stories, newest first."""
    return []


def notice_choices() -> list[tuple[str, str]]:
    """Published notices, newest first."""
    return []


def story_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Published stories by slug; under "" the newest."""
    del slugs
    return {}


def notice_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Published notices by slug; under "" the newest."""
    del slugs
    return {}


def town_numbers(on: date) -> tuple[Row, ...]:
    """Numbers that a town is proud of, always true: listed bundles, selling shops, living subscriptions."""
    bundles = Bundle.objects.filter(is_listed=True, editions__state=EditionState.APPROVED, editions__month__lte=on)
    counted = (
        (_("subscription bundles"), bundles.distinct().count()),
        (_("shops taking part"), Merchant.objects.filter(state=MerchantState.APPROVED).count()),
        (_("subscriptions now"), Subscription.objects.filter(state__in=LIVING).count()),
    )
    return tuple(Row(title, f"{count:,}") for title, count in counted if count)
