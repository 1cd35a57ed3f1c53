"""What staff, residents and other apps read of orders."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.state import Transition
from malls.catalog.models import Stock
from malls.orders.models import LineKind, Order, OrderLine, OrderState, Return
from malls.orders.rules import OrderDraft
from malls.orders.stock import pieces_of

CONFIRM_AFTER = timedelta(days=7)
UNSENT = (OrderState.PAID, OrderState.PREPARING)
LIVE = (OrderState.PAID, OrderState.PREPARING, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CONFIRMED)


def shortages(drafts: Sequence[OrderDraft]) -> dict[str, list[str]]:
    """By source, the names of the products that a draft alone would find too little of now."""
    pieces = {draft.source: pieces_of(draft) for draft in drafts}
    products = {product for needed in pieces.values() for product in needed}
    available = {row.pk: row.available for row in Stock.objects.filter(pk__in=products)}
    return {
        draft.source: names
        for draft in drafts
        if (names := [line.name for line in draft.lines if _is_short(line.product_id, pieces[draft.source], available)])
    }


def _is_short(product: int | None, needed: dict[int, int], available: dict[int, int]) -> bool:
    return product is not None and available.get(product, 0) < needed[product]


def orders_of(resident_id: int) -> QuerySet[Order]:
    """A resident's orders that were paid or may yet be, newest first, with their lines and boxes."""
    mine = Order.objects.filter(resident_id=resident_id).exclude(state=OrderState.CANCELLED)
    return mine.prefetch_related("lines").select_related("shipment")


def due_for_confirmation(at: datetime) -> QuerySet[Order]:
    """Delivered seven days ago, or paid seven days ago with nothing to deliver; not while pieces are coming off."""
    boxed = OrderLine.objects.filter(order=OuterRef("pk"), kind=LineKind.PRODUCT, taken__lt=F("quantity"))
    coming_off = Return.objects.filter(order=OuterRef("pk"), effective_at=None, undone_at=None)
    delivered = Q(state=OrderState.DELIVERED, delivered_at__lte=at - CONFIRM_AFTER)
    paperless = Q(state__in=UNSENT, paid_at__lte=at - CONFIRM_AFTER) & ~Exists(boxed)
    return Order.objects.filter(delivered | paperless).exclude(Exists(coming_off)).order_by("pk")


def history_of(order: Order) -> QuerySet[Transition]:
    """Every move of an order, oldest first."""
    return Transition.objects.filter(thing=Order._meta.label, thing_id=order.pk)  # noqa: SLF001
