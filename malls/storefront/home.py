"""The storefront's own sections of the home page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.clock import kst_date, now
from malls.merchants.models import Merchant, MerchantState
from malls.storefront import queries


def exhibitions(request: HttpRequest) -> dict[str, Any]:
    """Exhibitions of today."""
    del request
    cards = queries.running_exhibitions(kst_date(now()))
    return {"cards": cards} if cards else {}


def products(request: HttpRequest) -> dict[str, Any]:
    """The newest products, taken from the categories in turn."""
    del request
    cards = [queries.product_card(product) for product in queries.newest_of_each()]
    return {"cards": cards} if cards else {}


def stories(request: HttpRequest) -> dict[str, Any]:
    """The newest stories."""
    del request
    cards = queries.newest_stories()
    return {"cards": cards} if cards else {}


def notices(request: HttpRequest) -> dict[str, Any]:
    """The newest notices."""
    del request
    found = queries.newest_notices()
    return {"notices": found} if found else {}


def shops() -> tuple[str, str] | None:
    """How many shops take part."""
    count = Merchant.objects.filter(state=MerchantState.APPROVED).count()
    return (f"{count:,}", _("shops take part")) if count else None


def goods() -> tuple[str, str] | None:
    """How many products are on the shelf."""
    count = queries.on_shelf().count()
    return (f"{count:,}", _("local products")) if count else None
