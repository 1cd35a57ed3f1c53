"""Reading boxes: the next edition, what a box costs now, what is still to be had."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum

from bundles.boxes.contents import Chosen, Contents, box_settings, chosen_of, filled
from bundles.boxes.errors import NothingSold
from bundles.boxes.models import (
    MOST_SWAPS,
    AddOn,
    Alternative,
    Extra,
    Remedy,
    Share,
    ShortageState,
    Swap,
    SwapLimit,
)
from bundles.boxes.rules import price_of_slots
from bundles.plans.models import Edition
from bundles.plans.queries import current_editions
from bundles.plans.rules import Price, price_of
from bundles.plans.terms import prepaid_price
from bundles.subscriptions.models import Agreement, Cycle, CycleState
from bundles.subscriptions.prepaid import paid_ahead
from malls.catalog.models import ProductState, Stock
from malls.merchants.models import MerchantState
from malls.orders.models import OrderLine

ON_SALE = {
    "product__state": ProductState.APPROVED,
    "product__merchant__state": MerchantState.APPROVED,
    "product__adult_only": False,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A box that is still to come, with what it holds and costs by what is known now; it may be paid already."""

    cycle: Cycle
    edition: Edition
    chosen: Chosen
    contents: Contents
    price: Price
    is_paid: bool = False


def box_of(cycle: Cycle) -> Box:
    """A box with its contents and its price under the agreement in force on its billing day."""
    edition = edition_of(cycle)
    chosen = chosen_of([cycle]).get(cycle.pk, Chosen())
    return box_with(cycle, edition, chosen)


def edition_of(cycle: Cycle) -> Edition:
    """The edition that is sold on the box's billing day, as far as editions are published now."""
    bundle = cycle.subscription.plan.bundle_id
    found = current_editions([bundle], cycle.bill_on).get(bundle)
    if found is None:
        raise NothingSold(day=f"{cycle.bill_on:%Y-%m-%d}")
    return found


def box_with(cycle: Cycle, edition: Edition, chosen: Chosen) -> Box:
    """The box under these choices, whether they are kept or only tried."""
    fallback = box_settings().fallback if chosen.shares else Remedy.LEAVE_OUT
    contents = filled(edition, cycle.subscription.quantity, chosen, fallback)
    agreement = agreement_of(cycle)
    discount_bp = agreement.discount_bp if agreement else 0
    ahead = paid_ahead(cycle) if not contents.extra else None
    if ahead:
        whole = price_of(edition.price, edition.shipping, discount_bp, cycle.subscription.quantity)
        price = prepaid_price(*ahead, whole, sum(slot.base for slot in contents.slots))
        return Box(cycle, edition, chosen, contents, price, is_paid=True)
    price = price_of_slots(contents.slots, edition.shipping, discount_bp)
    return Box(cycle, edition, chosen, contents, price)


def agreement_of(cycle: Cycle) -> Agreement | None:
    """The standing agreement that will be in force on the billing day."""
    rows = Agreement.objects.filter(subscription=cycle.subscription_id, from_on__lte=cycle.bill_on)
    return rows.order_by("-from_on", "-pk").first()


def held(product_ids: Iterable[int]) -> Counter[int]:
    """Pieces that residents chose for boxes still to come, by product."""
    wanted = list(product_ids)
    extras = Extra.objects.filter(cycle__state=CycleState.SCHEDULED, add_on__product__in=wanted)
    swaps = Swap.objects.filter(cycle__state=CycleState.SCHEDULED, alternative__product__in=wanted)
    found = Counter(dict(extras.order_by().values_list("add_on__product").annotate(n=Sum("pieces"))))
    pieces = F("alternative__pieces") * F("cycle__subscription__quantity")
    found.update(dict(swaps.order_by().values_list("alternative__product").annotate(n=Sum(pieces))))
    return found


def left_of(product_ids: Iterable[int]) -> dict[int, int]:
    """Pieces that may still be chosen, by product: three statements, however many products."""
    wanted = set(product_ids)
    taken = held(wanted)
    rows = Stock.objects.filter(pk__in=wanted)
    return {row.pk: max(0, row.available - taken[row.pk]) for row in rows}


def alternatives_of(edition: Edition, *, is_paid: bool = False) -> QuerySet[Alternative]:
    """What the edition's components may be swapped for now; in a box that is paid, without an extra price only."""
    rows = Alternative.objects.filter(component__edition=edition, is_offered=True, **ON_SALE)
    rows = rows.filter(extra=0) if is_paid else rows
    return rows.select_related("product__merchant").order_by("component", "position", "pk")


def shelf() -> QuerySet[AddOn]:
    """What may ride along now."""
    return AddOn.objects.filter(is_offered=True, **ON_SALE).select_related("product__merchant", "product__category")


def most_swaps(edition: Edition) -> int:
    """How many components of one box may be swapped."""
    limit = SwapLimit.objects.filter(edition=edition).first()
    return limit.most if limit else MOST_SWAPS


def last_box(cycle: Cycle) -> list[OrderLine]:
    """The frozen lines of the box before this one; empty for the first."""
    before = Cycle.objects.filter(subscription=cycle.subscription_id, number__lt=cycle.number, order__isnull=False)
    newest = before.exclude(order__state="cancelled").order_by("-number").values("order")[:1]
    return list(OrderLine.objects.filter(order__in=newest).order_by("position"))


def open_shares(cycles: Iterable[Cycle]) -> QuerySet[Share]:
    """What boxes still to come will not get, with what is done instead."""
    rows = Share.objects.filter(cycle__in=list(cycles), is_served=False, cycle__state=CycleState.SCHEDULED)
    return rows.exclude(shortage__state=ShortageState.OVER).select_related(
        "shortage__product", "substitute", "cycle__subscription__plan__bundle"
    )


def coming(resident_id: int, today: date) -> QuerySet[Cycle]:
    """The boxes of a resident that can still be changed or are about to be billed, by billing day."""
    rows = Cycle.objects.filter(
        subscription__resident=resident_id, state=CycleState.SCHEDULED, bill_on__gte=today
    ).exclude(subscription__state__in=("cancelled", "ended", "pending"))
    return rows.select_related("subscription__plan__bundle__category", "subscription__plan__bundle__image").order_by(
        "bill_on", "pk"
    )
