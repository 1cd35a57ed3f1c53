"""The mall's theme, products and search."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from core.generation import kept
from malls.storefront import queries, sections
from malls.storefront.models import MallSettings
from malls.storefront.pages import sheet_of
from ui.cards import HERO_FILTER, Chip, picture_of
from ui.palette import palette_of, theme_css

SHEET = 24


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The municipality's colours as a stylesheet; the address carries the colour, so it may be kept."""
    css = kept("theme", _theme)
    days = 86_400 * 30 if "v" in request.GET else 60
    return HttpResponse(
        css, content_type="text/css; charset=utf-8", headers={"Cache-Control": f"public, max-age={days}"}
    )


def _theme() -> str:
    site = Site.objects.filter(is_default_site=True).first()
    return theme_css(palette_of(MallSettings.for_site(site).brand_color if site else ""))


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """The shelf, by category and order."""
    category, order = request.GET.get("category", "").replace("\0", ""), request.GET.get("order", "new")
    shelves = list(queries.categories())
    sheet = sheet_of(queries.shelf(category=category, order=order), request, size=SHEET)
    chips = [Chip(_("All"), "/products/", not category)]
    chips += [Chip(one.name, f"?category={one.slug}", category == one.slug) for one in shelves]
    base = f"?category={category}&" if category else "?"
    sorts = [
        Chip(_("Newest"), f"{base}order=new", order not in ("low", "high")),
        Chip(_("Lowest price"), f"{base}order=low", order == "low"),
        Chip(_("Highest price"), f"{base}order=high", order == "high"),
    ]
    context = {
        "sheet": sheet,
        "cards": [queries.product_card(one) for one in sheet],
        "chips": chips,
        "sorts": sorts,
        "shelf": next((one for one in shelves if one.slug == category), None),
    }
    return render(request, "storefront/products.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One product: what it is, who sells it, its statutory labelling, the bundles that hold it."""
    found = get_object_or_404(queries.on_shelf(), slug=slug)
    category = found.category.slug if found.category else ""
    context = {
        "product": found,
        "card": queries.product_card(found),
        "picture": picture_of(
            found.image, name=found.name, category=category, contents=found.art, size=HERO_FILTER, alt=found.name
        ),
        "notice": queries.labelling(found),
        "sections": sections.product_sections(request, found),
    }
    return render(request, "storefront/product.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Whatever the apps find for `?q=`."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]
    groups = kept(f"search:{sha256(text.encode()).hexdigest()}", lambda: _found(text)) if text else []
    context = {"text": text, "groups": groups, "total": sum(group.total for group in groups)}
    return render(request, "storefront/search.html", context)


def _found(text: str) -> list[sections.SearchGroup]:
    """What each app finds; many ask for the same words."""
    found = [source(text) for source in sections.search_sources()]
    return [group for group in found if group and group.total]
