"""Reading what the mall offers: the current edition, the listing of the category, a bundle's page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.plans.calendar import Course, CutOff, DayBook
from bundles.plans.models import Bundle, Cadence, Component, DayKind, Edition, EditionState, MallDay, Plan
from bundles.plans.rules import Price, price_of
from bundles.plans.terms import Prepaid, prepaid_of
from malls.catalog.models import Category
from ui.cards import BundleCard, picture_of

CHEAP = 30_000
SORTS = {"popular": ("-subscribers", "position", "pk"), "new": ("-pk",), "price": ("total", "position", "pk")}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor asked to see. Unknown words are as good as none."""

    category: str = ""
    cadence: str = ""
    voucher: bool = False
    cheap: bool = False
    sort: str = "popular"

    @classmethod
    def read(cls, query: Any) -> "Filters":
        """The filters in a query string."""
        cadence, sort = query.get("cadence", ""), query.get("sort", "")
        return cls(
            category=query.get("category", "")[:40].replace("\x00", ""),
            cadence=cadence if cadence in Cadence.values else "",
            voucher=query.get("voucher") == "1",
            cheap=query.get("under") == "30000",
            sort=sort if sort in SORTS else "popular",
        )


def current_edition(bundle: Bundle, on: date) -> Edition | None:
    """The edition that is sold on a day: the newest published one whose month has begun."""
    return _published(on).filter(bundle=bundle).first()


def current_editions(bundle_ids: Iterable[int], on: date) -> dict[int, Edition]:
    """The editions sold on a day, with their components, by bundle: two statements however many."""
    rows = _published(on).filter(bundle_id__in=set(bundle_ids)).order_by("bundle_id", "-month").distinct("bundle_id")
    return {edition.bundle_id: edition for edition in _whole(rows)}


def editions_by_day(wanted: Mapping[date, Iterable[int]]) -> dict[tuple[date, int], Edition]:
    """The editions sold on several days, by day and bundle: as many statements as for one day."""
    if not wanted:
        return {}
    bundles = {bundle for some in wanted.values() for bundle in some}
    published = _published(max(wanted)).filter(bundle_id__in=bundles).values_list("bundle_id", "month", "pk")
    newest: dict[int, list[tuple[date, int]]] = {}
    for bundle, month, pk in published:
        newest.setdefault(bundle, []).append((month, pk))
    sold = {
        (day, bundle): found
        for day, some in wanted.items()
        for bundle in some
        if (found := next((pk for month, pk in newest.get(bundle, ()) if month <= day), None))
    }
    by_pk = {edition.pk: edition for edition in _whole(Edition.objects.filter(pk__in=set(sold.values())))}
    return {key: by_pk[pk] for key, pk in sold.items()}


def plan_price(plan: Plan, edition: Edition, quantity: int = 1) -> Price:
    """What a delivery of an edition costs under a plan."""
    return price_of(edition.price, edition.shipping, plan.discount_bp, quantity)


def prepaid_term(plan: Plan, edition: Edition, course: Course, quantity: int = 1) -> Prepaid | None:
    """What a whole term of an edition costs when it begins with the course's first box; None when paid box by box."""
    if not plan.is_prepaid:
        return None
    boxes = course.boxes_within(plan.term_months)
    return prepaid_of(edition.price, edition.shipping, plan.discount_bp, boxes, quantity)


def day_book() -> DayBook:
    """The mall's own days: one statement."""
    rows = list(MallDay.objects.values_list("kind", "on"))
    of = {kind: frozenset(day for one, day in rows if one == kind) for kind in DayKind.values}
    return DayBook(of["closed"], of["working"], of["no_delivery"], of["delivery"])


def course_of(plan: Plan, counted_from: date, days: DayBook, number: int = 1) -> Course:
    """How boxes of a plan are counted from a day on."""
    bundle = plan.bundle
    cutoff = CutOff(bundle.cutoff_hours, bundle.cutoff_before)
    return Course(plan.cadence, bundle.ship_weekday, counted_from, number, cutoff, days)


def offered(on: date) -> QuerySet[Bundle]:
    """Listed bundles that can be subscribed to on a day, with price, total, cadence and what is inside."""
    edition = _published(on).filter(bundle=OuterRef("pk"))
    plans = Plan.objects.filter(bundle=OuterRef("pk"), is_offered=True).order_by("term_months", "pk")
    inside = Component.objects.filter(edition=OuterRef("edition"))
    shops = inside.order_by().values("edition").annotate(n=Count("product__merchant", distinct=True)).values("n")
    voucher = inside.filter(voucher_type__isnull=False).values("voucher_type__name")[:1]
    return (
        Bundle.objects.filter(is_listed=True)
        .annotate(edition=Subquery(edition.values("pk")[:1]), cadence=Subquery(plans.values("cadence")[:1]))
        .exclude(Q(edition=None) | Q(cadence=None))
        .annotate(
            price=Subquery(edition.values("price")[:1]),
            worth=Subquery(edition.values("list_price")[:1]),
            shipping=Subquery(edition.values("shipping")[:1]),
            total=F("price") + F("shipping"),
            shops=Coalesce(Subquery(shops), 0),
            voucher=Subquery(voucher),
            contents=ArraySubquery(inside.filter(product__isnull=False).values("product__name")),
            has_voucher=Exists(inside.filter(voucher_type__isnull=False), output_field=BooleanField()),
        )
    )


def listing(filters: Filters, on: date) -> QuerySet[Any]:
    """The bundles of the category page under filters, in order."""
    rows: QuerySet[Any] = offered(on).select_related("category", "image")
    if filters.category:
        rows = rows.filter(category__slug=filters.category)
    if filters.cadence:
        rows = rows.filter(Exists(Plan.objects.filter(bundle=OuterRef("pk"), is_offered=True, cadence=filters.cadence)))
    if filters.voucher:
        rows = rows.filter(has_voucher=True)
    if filters.cheap:
        rows = rows.filter(total__lt=CHEAP)
    return rows.order_by(*SORTS[filters.sort])


def categories(on: date) -> list[Category]:
    """Categories that hold at least one bundle on offer."""
    mine = offered(on).filter(category=OuterRef("pk"))
    return list(Category.objects.filter(Exists(mine)).order_by("position", "pk"))


def card_of(bundle: Any) -> BundleCard:
    """The card of a row of `offered`. Prices contain shipping: the first price seen is the whole one (§21의2)."""
    return BundleCard(
        href=reverse("bundle", args=[bundle.slug]),
        name=bundle.name,
        line=bundle.tagline,
        price=bundle.total,
        list_price=bundle.worth + bundle.shipping,
        picture=picture_of(bundle.image, name=bundle.name, category=bundle.category.slug, contents=bundle.contents),
        cadence=str(Cadence(bundle.cadence).label),
        shops=bundle.shops,
        delivery=_("Shipping included") if bundle.shipping else _("Free shipping"),
        tag=_("%(voucher)s included") % {"voucher": bundle.voucher} if bundle.voucher else "",
    )


def featured(on: date, count: int = 6) -> list[BundleCard]:
    """The cards of the home page: what most people subscribe to."""
    return [card_of(bundle) for bundle in listing(Filters(), on)[:count]]


def _whole(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """With the bundle and everything inside: two statements."""
    inside = Component.objects.select_related("product__merchant", "voucher_type__partner")
    return editions.select_related("bundle").prefetch_related(Prefetch("components", inside))


def _published(on: date) -> QuerySet[Edition]:
    return Edition.objects.filter(state=EditionState.APPROVED, month__lte=on).order_by("-month")
