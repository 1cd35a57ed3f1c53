"""Staff say what a component may be swapped for, and how often. Choices made before stay as they were agreed."""

from django.db import transaction

from bundles.boxes.errors import AdultsOnly, ExtraNegative, NotForSale, SameProduct
from bundles.boxes.models import Alternative, SwapLimit
from bundles.plans.models import Component, Edition
from malls.catalog.models import Product, ProductState
from malls.merchants.models import MerchantState


@transaction.atomic
def allow_swap(component: Component, product: Product, *, pieces: int, extra: int) -> Alternative:
    """Let a component be swapped for these pieces of a product at `extra` won per box. Again: the new terms hold."""
    must_fit_in_boxes(product)
    if product.pk == component.product_id:
        raise SameProduct(name=product.name)
    if extra < 0:
        raise ExtraNegative
    position = Alternative.objects.filter(component=component).exclude(product=product).count()
    alternative, _made = Alternative.objects.update_or_create(
        component=component,
        product=product,
        defaults={"pieces": pieces, "extra": extra, "is_offered": True},
        create_defaults={"pieces": pieces, "extra": extra, "position": position},
    )
    return alternative


@transaction.atomic
def withdraw_swap(alternative: Alternative) -> None:
    """Offer it no more. Boxes for which it was chosen keep it."""
    Alternative.objects.filter(pk=alternative.pk).update(is_offered=False)


@transaction.atomic
def limit_swaps(edition: Edition, most: int) -> SwapLimit:
    """How many components of one box may be swapped; 0 allows none."""
    limit, _made = SwapLimit.objects.update_or_create(edition=edition, defaults={"most": most})
    return limit


def must_fit_in_boxes(product: Product) -> None:
    """Refuse what is not on sale, and what only adults may buy: nobody checks the age at a box."""
    if product.state != ProductState.APPROVED or product.merchant.state != MerchantState.APPROVED:
        raise NotForSale(name=product.name)
    if product.adult_only:
        raise AdultsOnly(name=product.name)
