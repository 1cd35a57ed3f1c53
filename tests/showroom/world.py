"""A mall with one bundle on offer, and a screen."""

from datetime import UTC, date, datetime, timedelta

from bundles.plans.models import Bundle, Cadence, Component, Edition, EditionState, Plan
from core.actor import SYSTEM
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.merchants.models import Merchant, MerchantState
from showroom.displays.actions import Spot, pair_display, start_pairing
from showroom.displays.models import Display

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
SOON = AT + timedelta(seconds=30)


def a_bundle(slug: str = "jangdok", name: str = "첫 장독 상자", price: int = 43_900, stock: int = 500) -> Bundle:
    """A bundle with one product, published and offered."""
    shop, _made = Merchant.objects.get_or_create(
        business_no="9450000001",
        defaults={"name": "데모장가", "representative": "데모", "state": MerchantState.APPROVED},
    )
    shelf, _made = Category.objects.get_or_create(slug="jang", defaults={"name": "장류"})
    product = Product.objects.create(
        merchant=shop, category=shelf, slug=f"{slug}-p", name=f"{name} 고추장", price=price, state=ProductState.APPROVED
    )
    Stock.objects.update_or_create(product=product, defaults={"received": stock})
    bundle = Bundle.objects.create(slug=slug, name=name, tagline="장독 하나를 통째로 나눠 받는 기분", category=shelf)
    an_edition(bundle, product, date(2026, 11, 1), price)
    Plan.objects.create(bundle=bundle, cadence=Cadence.MONTHLY)
    return bundle


def an_edition(bundle: Bundle, product: Product, month: date, price: int) -> Edition:
    """An edition with one product, published."""
    edition = Edition.objects.create(bundle=bundle, month=month, price=price, list_price=50_000, shipping=0)
    Component.objects.create(edition=edition, product=product, unit_price=price, allocated=price)
    Edition.objects.filter(pk=edition.pk).update(state=EditionState.APPROVED)
    return edition


def reprice(bundle: Bundle, price: int) -> None:
    """A newer edition at another price."""
    an_edition(bundle, Product.objects.get(slug=f"{bundle.slug}-p"), date(2026, 11, 15), price)


def a_display(name: str = "민원실", at: datetime = AT) -> tuple[Display, str]:
    """A paired screen and its token."""
    waiting = start_pairing("127.0.0.1", at=at)
    return pair_display(waiting.code, Spot(name), by=SYSTEM, at=at), waiting.token


def bearing(token: str) -> dict[str, str]:
    """The header by which a screen names itself."""
    return {"Authorization": f"Display {token}"}
