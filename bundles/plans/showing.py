"""What bundles put on other pages: the home page, the search, a product's page, stories and exhibitions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bundles.plans import queries
from bundles.plans.models import Bundle, Component
from bundles.plans.queries import Filters
from core.clock import kst_date, now
from malls.storefront.queries import first_of
from malls.storefront.sections import SearchGroup
from ui.cards import BundleCard


def home(request: HttpRequest) -> dict[str, Any]:
    """The featured bundles."""
    del request
    cards = queries.featured(kst_date(now()))
    return {"cards": cards} if cards else {}


def count() -> tuple[str, str] | None:
    """How many bundles can be subscribed to."""
    number = queries.offered(kst_date(now())).count()
    return (f"{number:,}", _("subscription boxes")) if number else None


def search(text: str) -> SearchGroup | None:
    """Bundles by name, line, story or what is inside."""
    found = queries.listing(Filters(), kst_date(now()))
    for word in text.split()[:5]:
        inside = Component.objects.filter(edition=OuterRef("edition"), product__name__icontains=word)
        named = Q(name__icontains=word) | Q(tagline__icontains=word) | Q(story__icontains=word)
        found = found.filter(named | Exists(inside))
    rows, total = first_of(found, 12)
    return SearchGroup(_("Bundles"), "bundle", [queries.card_of(one) for one in rows], total) if total else None


def cards(slugs: list[str]) -> Sequence[BundleCard]:
    """Bundle cards in the order of their addresses."""
    found = {one.slug: one for one in queries.listing(Filters(), kst_date(now())).filter(slug__in=slugs)}
    return [queries.card_of(found[slug]) for slug in slugs if slug in found]


def of_product(request: HttpRequest, product: Any) -> dict[str, Any]:
    """Bundles that hold a product now."""
    del request
    inside = Component.objects.filter(edition=OuterRef("edition"), product=product)
    found = queries.listing(Filters(), kst_date(now())).filter(Exists(inside))[:3]
    return {"cards": [queries.card_of(one) for one in found]} if found else {}


def choices() -> list[tuple[str, str]]:
    """Listed bundles for staff to choose from."""
    return list(Bundle.objects.filter(is_listed=True).values_list("slug", "name"))
