"""What scenes are about: bundles, products, stories and notices of the mall, read from the apps below."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import unescape
from typing import Any

from django.db.models import Count
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from bundles.plans.models import Bundle, Component
from bundles.plans.queries import Filters, card_of, listing, offered
from bundles.subscriptions.models import Subscription, SubscriptionState
from malls.storefront.pages import NoticePage, StoryPage
from malls.storefront.queries import on_shelf
from malls.storefront.sections import facts
from showroom.playlists.pictures import photo, picture_of, still_life, with_renditions
from showroom.playlists.rules import Fact, Price, Row

FEW = 20
LIVING = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.PAST_DUE)
RANKED = 5
LONGEST_LINE = 110
QUOTES = "\"“”'‘’ "


# ── Bundles ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def bundle_choices() -> list[tuple[str, str]]:
    """Bundles listed in the mall, by name."""
    return list(Bundle.objects.filter(is_listed=True).order_by("name").values_list("slug", "name"))


def bundle_facts(slugs: Iterable[str], on: date) -> dict[str, Fact]:
    """Bundles on offer by slug: the same price, picture and words as their card in the mall, and the last ones."""
    found = list(offered(on).filter(slug__in=list(slugs)).select_related("category", "image"))
    with_renditions(found)
    left = _left([bundle.edition for bundle in found])
    return {bundle.slug: _bundle_fact(bundle, left.get(bundle.edition)) for bundle in found}


def _left(editions: Sequence[int]) -> dict[int, int]:
    """How many boxes the scarcest component of each edition still allows."""
    left: dict[int, int] = {}
    parts = Component.objects.filter(edition__in=editions, product__isnull=False).select_related("product__stock")
    for part in parts:
        stock = getattr(part.product, "stock", None)
        boxes = stock.available // part.quantity if stock else 0
        left[part.edition_id] = min(boxes, left.get(part.edition_id, boxes))
    return left


def _bundle_fact(bundle: Any, left: int | None) -> Fact:
    card = card_of(bundle)
    return Fact(
        title=card.name,
        line=card.line,
        eyebrow=bundle.category.name,
        tag=card.tag,
        price=Price(card.price, card.list_price, f"{card.cadence} · {card.delivery}"),
        left=scarce(left),
        picture=picture_of(bundle, bundle.name, bundle.category, bundle.contents),
        path=card.href,
    )


def scarce(left: int | None) -> int | None:
    """Only the last ones are worth a word; more would change the manifest with every order."""
    return left if left is not None and left <= FEW else None


def popular_bundles(limit: int, on: date) -> list[str]:
    """Slugs of the bundles that most people subscribe to, in the mall's own order."""
    return list(listing(Filters(), on).values_list("slug", flat=True)[:limit])


def ranking_rows(on: date, limit: int = RANKED) -> tuple[Row, ...]:
    """The most subscribed bundles with the number of living subscriptions; empty while nobody subscribes."""
    living = Subscription.objects.filter(state__in=LIVING, plan__bundle__in=offered(on).values("pk"))
    counted = living.values("plan__bundle__name").annotate(count=Count("pk")).order_by("-count", "plan__bundle__name")
    return tuple(
        Row(row["plan__bundle__name"], _("%(count)s subscriptions") % {"count": f"{row['count']:,}"})
        for row in counted[:limit]
    )


# ── Products ────────────────────────────────────────────────────────────────────────────────────────────────────────
def product_choices() -> list[tuple[str, str]]:
    """Products on sale with their shops, by name."""
    rows = on_shelf().filter(adult_only=False).order_by("name").values_list("slug", "name", "merchant__name")
    return [(slug, f"{name} · {merchant}") for slug, name, merchant in rows]


def product_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Products on sale by slug. Goods for adults only are never on a public screen."""
    found = list(on_shelf().filter(slug__in=list(slugs), adult_only=False))
    with_renditions(found)
    return {product.slug: _product_fact(product) for product in found}


def _product_fact(product: Any) -> Fact:
    return Fact(
        title=product.name,
        line=product.summary,
        eyebrow=product.merchant.name,
        price=Price(product.price, product.price, product.spec),
        left=scarce(product.left or 0),
        picture=picture_of(product, product.name, product.category),
        path=f"/products/{product.slug}/",
    )


# ── Stories, notices, numbers ───────────────────────────────────────────────────────────────────────────────────────
def story_choices() -> list[tuple[str, str]]:
    """Published stories, newest first; the empty choice is whichever is newest then."""
    return [("", _("The newest")), *_stories().values_list("slug", "title")]


def _stories() -> Any:
    return StoryPage.objects.live().public().order_by("-first_published_at", "-pk")


def story_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Published stories by slug; under "" the newest."""
    return _with_newest(_stories().select_related("merchant", "image"), slugs, _story_fact)


def _story_fact(story: StoryPage) -> Fact:
    shop = story.merchant.name if story.merchant else ""
    return Fact(
        title=f"“{story.title.strip(QUOTES)}”",
        line=" · ".join(filter(None, (story.person, shop))) or story.lead[:60],
        picture=photo(story.image) or still_life(story.goods or story.title),
        path=story.url or "",
    )


def notice_choices() -> list[tuple[str, str]]:
    """Published notices, newest first; the empty choice is whichever is newest then."""
    return [("", _("The newest")), *_notices().values_list("slug", "title")]


def _notices() -> Any:
    return NoticePage.objects.live().public().order_by("-is_pinned", "-published_on", "-pk")


def notice_facts(slugs: Iterable[str]) -> dict[str, Fact]:
    """Published notices by slug; under "" the newest."""
    return _with_newest(_notices(), slugs, _notice_fact)


def _notice_fact(notice: NoticePage) -> Fact:
    text = Truncator(unescape(strip_tags(str(notice.body).replace("</p>", " ")))).chars(LONGEST_LINE)
    return Fact(title=notice.title, line=" ".join(text.split()), eyebrow=notice.kind, path=notice.url or "")


def _with_newest(found: Any, slugs: Iterable[str], fact: Callable[[Any], Fact]) -> dict[str, Fact]:
    """Facts of the named pages, and of the first one under "" when that is asked for too."""
    wanted = set(slugs)
    facts_by_slug = {page.slug: fact(page) for page in found.filter(slug__in=wanted - {""})} if wanted - {""} else {}
    newest = found.first() if "" in wanted else None
    return facts_by_slug | ({"": fact(newest)} if newest else {})


def town_numbers() -> tuple[Row, ...]:
    """Numbers that a town is proud of: the same that stand on the mall's home page."""
    return tuple(Row(str(label), str(value)) for value, label in facts())
