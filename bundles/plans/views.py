"""The subscription category and a bundle's page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.plans import queries
from bundles.plans.calendar import Dates, DayBook, upcoming
from bundles.plans.models import Bundle, Cadence, Component, Edition, Plan
from bundles.plans.queries import Filters
from bundles.plans.rules import Price
from bundles.plans.terms import Leaving, Prepaid, leaving_after
from core.clock import kst_date, now
from malls.merchants.models import Merchant
from malls.storefront import sections
from malls.storefront.queries import hero_picture
from ui.cards import Chip, Fact, Picture, picture_of
from ui.templatetags.ui import as_query, kdate, won

if TYPE_CHECKING:
    from malls.catalog.models import Product

PER_PAGE = 12
SHOWN_BOXES = 3
SHOWN_DAYS = 60


def category(request: HttpRequest) -> HttpResponse:
    """The subscription category: filter, sort, page. htmx asks for the same list without its frame."""
    today = kst_date(now())
    filters = Filters.read(request.GET)
    page = Paginator(queries.listing(filters, today), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "cards": [queries.card_of(bundle) for bundle in page],
        "chips": _chips(filters, today),
        "sorts": _sorts(filters),
        "filters": filters,
        "month": today.month,
        "facts": [Fact(value, label) for value, label in sections.facts()],
        "picture": hero_picture("subscriptions"),
    }
    partial = bool(getattr(request, "htmx", False))
    return render(request, "plans/_category.html" if partial else "plans/category.html", context)


def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """A bundle: what it costs and when it comes, before anything else; then what is inside and who sells it."""
    today = kst_date(now())
    row = queries.offered(today).select_related("category", "image").filter(slug=slug).first()
    if row is None:
        raise Http404
    edition = queries.current_editions([row.pk], today)[row.pk]
    days = queries.day_book()
    choices = [choice(plan, edition, today, days) for plan in _plans(row)]
    context = {
        "bundle": row,
        "card": queries.card_of(row),
        "edition": edition,
        "choices": choices,
        "first": choices[0],
        "items": [_item(component) for component in edition.components.all()],
        "notices": [component.product for component in edition.components.all() if component.product],
        "allergens": _allergens(edition),
        "sellers": _sellers(edition),
        "vouchers": [component.voucher_type for component in edition.components.all() if component.voucher_type],
        "facts": [*_facts(row, choices[0]), *_special_days(days, today)],
        "total_note": _total_note(choices[0]),
        "bar_note": f"{Cadence(row.cadence).label} · {_('Shipping included')}",
        "edition_line": _("%(month)s edition, frozen when it was published") % {"month": _month(edition)},
        "has_prepaid": any(one.term for one in choices),
        "can_be_given": any(not one.plan.term_months for one in choices),
        "give_url": reverse("give", args=[slug]),
        "subscribe_url": reverse("subscribe", args=[slug]),
    }
    return render(request, "plans/bundle.html", context)


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan with what it costs per delivery and the days of the first boxes when one subscribes today."""

    plan: Plan
    price: Price
    boxes: list[Dates]
    term: Prepaid | None = None

    @property
    def asked(self) -> int:
        """What is agreed to, in won: each delivery, or the whole term paid in advance."""
        return self.term.total if self.term else self.price.total

    @property
    def leaving(self) -> list[tuple[int, Leaving]]:
        """By boxes received, what goes back on leaving a term paid in advance."""
        return [(n, leaving_after(self.term, n)) for n in range(1, self.term.boxes)] if self.term else []

    @property
    def first(self) -> Dates:
        """The first box."""
        return self.boxes[0]


def choice(plan: Plan, edition: Edition, today: date, days: DayBook) -> Choice:
    """A plan as it would be if one subscribed on a day."""
    course = queries.course_of(plan, today, days)
    boxes = upcoming(course, first=1, count=SHOWN_BOXES)
    return Choice(plan, queries.plan_price(plan, edition), boxes, queries.prepaid_term(plan, edition, course))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the box."""

    name: str
    merchant: str
    amount: str
    picture: Picture
    href: str = ""
    note: str = ""


def _plans(bundle: Bundle) -> list[Plan]:
    offered = bundle.plans.filter(is_offered=True).select_related("bundle")
    return list(offered.order_by("term_months", "pk"))


def _item(component: Component) -> Item:
    product, voucher = component.product, component.voucher_type
    if product is not None:
        return Item(
            name=product.name,
            merchant=product.merchant.name,
            amount=" × ".join(filter(None, [product.spec, str(component.quantity)])),
            picture=picture_of(None, name=product.name),
            note=str(product.get_storage_display()),
        )
    return Item(
        name=voucher.name if voucher else "",
        merchant=voucher.partner.name if voucher else "",
        amount=_("%(count)s vouchers") % {"count": component.quantity},
        picture=picture_of(None, name="체험권 입장권"),
        note=voucher.condition if voucher else "",
    )


def _allergens(edition: Edition) -> list[str]:
    """Every allergen in the box, once, in order of appearance."""
    products: list[Product] = [one.product for one in edition.components.all() if one.product]
    return list(dict.fromkeys(str(name) for product in products for name in product.allergens or []))


def _sellers(edition: Edition) -> list[Merchant]:
    """Everyone who sells something in the box (전자상거래법 §20②), once."""
    merchants = [one.product.merchant for one in edition.components.all() if one.product]
    return list({merchant.pk: merchant for merchant in merchants}.values())


def _facts(bundle: Any, first: Choice) -> list[tuple[str, str]]:
    """When it is sent and how it goes on."""
    return [
        (_("Sent, if you subscribe today"), kdate(first.first.ship_on)),
        (_("After that"), f"{Cadence(bundle.cadence).label} · {bundle.get_ship_weekday_display()} {_('sent')}"),
    ]


def _special_days(days: DayBook, today: date) -> list[tuple[str, str]]:
    """The mall's next days without packing or without delivery."""
    known = ((_("The hub is closed"), days.closed), (_("No delivery"), days.no_delivery))
    soon = today + timedelta(days=SHOWN_DAYS)
    near = [(label, sorted(day for day in them if today <= day < soon)) for label, them in known]
    return [(label, ", ".join(kdate(day, "short") for day in them)) for label, them in near if them]


def _total_note(first: Choice) -> str:
    """How the total comes about."""
    if not first.price.shipping:
        return _("Free shipping")
    return _("shipping %(shipping)s included") % {"shipping": won(first.price.shipping)}


def _month(edition: Edition) -> str:
    return f"{edition.month.year}년 {edition.month.month}월"


def _chips(filters: Filters, today: date) -> list[Chip]:
    """Filters as links: a category, and three that can be switched on beside it."""
    chips = [Chip(_("All"), _href(filters, category=""), on=not filters.category)]
    chips += [
        Chip(row.name, _href(filters, category=row.slug), on=filters.category == row.slug)
        for row in queries.categories(today)
    ]
    monthly = filters.cadence == Cadence.MONTHLY
    return [
        *chips,
        Chip(_("Every month"), _href(filters, cadence="" if monthly else Cadence.MONTHLY.value), on=monthly),
        Chip(_("Voucher included"), _href(filters, voucher=not filters.voucher), on=filters.voucher),
        Chip(_("Under 30,000 won"), _href(filters, cheap=not filters.cheap), on=filters.cheap),
    ]


def _sorts(filters: Filters) -> list[Chip]:
    labels = {"popular": _("Popular"), "new": _("Newest"), "price": _("Lowest price")}
    return [Chip(label, _href(filters, sort=name), on=filters.sort == name) for name, label in labels.items()]


def _href(filters: Filters, **changes: Any) -> str:
    """The category's address under filters; what is as usual is left out."""
    wanted = {name: changes.get(name, getattr(filters, name)) for name in Filters.__slots__}
    params = {
        "category": wanted["category"],
        "cadence": wanted["cadence"],
        "voucher": "1" if wanted["voucher"] else "",
        "under": "30000" if wanted["cheap"] else "",
        "sort": wanted["sort"] if wanted["sort"] != "popular" else "",
    }
    found = as_query({name: value for name, value in params.items() if value})
    return reverse("subscription-category") + (f"?{found}" if found else "")
