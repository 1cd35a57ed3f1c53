"""What residents, staff and other apps read of payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from core.clock import kst_date
from malls.customers.models import Resident
from malls.orders.models import Order
from malls.payments.actions.refunding import covering
from malls.payments.hooks import in_use
from malls.payments.models import Charge, ChargeState, PaymentMethod, Refund

SOON_MONTHS = 1


@dataclass(frozen=True, slots=True)
class Card:
    """A saved card as its resident sees it."""

    method: PaymentMethod
    is_used: bool
    is_expired: bool
    expires_soon: bool


def usable_methods(resident: Resident) -> QuerySet[PaymentMethod]:
    """A resident's saved cards, newest first."""
    return resident.payment_methods.filter(removed_at=None).order_by("-id")


def cards_of(resident: Resident, at: datetime) -> list[Card]:
    """A resident's cards, with what needs care."""
    methods = list(usable_methods(resident))
    used = set[int]().union(*(check(methods) for check in in_use))
    return [_card(method, method.pk in used, kst_date(at)) for method in methods]


def _card(method: PaymentMethod, is_used: bool, today: date) -> Card:  # noqa: FBT001  a fact of the card
    left = (method.exp_year - today.year) * 12 + method.exp_month - today.month
    return Card(method, is_used, left < 0, 0 <= left <= SOON_MONTHS)


def charges_of(order_ids: Sequence[int]) -> QuerySet[Charge]:
    """The charges of some orders, in the order of their attempts."""
    return Charge.objects.filter(order_id__in=order_ids).select_related("method").order_by("order_id", "attempt")


def paying_charge(order: Order) -> Charge | None:
    """The charge that paid for an order: its own, or that of the prepayment of which it uses a part."""
    return Charge.objects.filter(covering(order), state=ChargeState.SUCCEEDED).select_related("method", "order").first()


def refunds_of(order: Order) -> QuerySet[Refund]:
    """Money given back for an order, also when an earlier order's charge paid for it."""
    mine = Q(returned__order=order) | Q(returned=None, charge__order=order)
    return Refund.objects.filter(mine).order_by("-id")


def doubtful_charges() -> QuerySet[Charge]:
    """Charges that nobody knows the end of, oldest first."""
    return (
        Charge.objects.filter(state__in=(ChargeState.ASKED, ChargeState.UNKNOWN)).select_related("order").order_by("pk")
    )
