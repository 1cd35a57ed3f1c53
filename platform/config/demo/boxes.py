"""What may be swapped in the demo's bundles, and what rides along."""

from bundles.boxes.actions import allow_swap
from bundles.boxes.models import AddOn
from bundles.plans.models import Component
from malls.catalog.models import Product, ProductState
from malls.merchants.models import MerchantState

BUNDLES, CHOICES, SHELF = 6, 2, 10
DEAREST = 15_000
STEP = 500
"""Extra prices are whole steps of so many won."""


def allow() -> None:
    """In a few bundles the first product may be swapped for others of its shelf; small things ride along."""
    on_sale = Product.objects.filter(
        state=ProductState.APPROVED, merchant__state=MerchantState.APPROVED, adult_only=False
    ).select_related("merchant")
    first = Component.objects.filter(product__isnull=False).order_by("edition_id", "position").distinct("edition_id")
    for component in first.select_related("product")[:BUNDLES]:
        _choices(component, list(on_sale.exclude(pk=component.product_id or 0).order_by("pk")))
    cheap = on_sale.filter(price__lte=DEAREST).order_by("merchant_id", "price").distinct("merchant_id")
    AddOn.objects.bulk_create(AddOn(product=one, position=place) for place, one in enumerate(cheap[:SHELF]))


def _choices(component: Component, products: list[Product]) -> None:
    """The nearest in price of the same shelf; what is dearer costs the difference, rounded up to the step."""
    worth = component.unit_price * component.quantity
    alike = [one for one in products if component.product and one.category_id == component.product.category_id]
    for one in sorted(alike, key=lambda product: (abs(product.price - worth), product.pk))[:CHOICES]:
        allow_swap(component, one, pieces=1, extra=max(0, -(-(one.price - worth) // STEP) * STEP))
