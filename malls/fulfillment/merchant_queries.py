"""What a merchant's page reads."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, QuerySet, Sum

from malls.fulfillment.models import ShipmentState
from malls.orders.models import LineKind, OrderLine
from settlement.statements.models import Statement, StatementState


@dataclass(frozen=True, slots=True)
class Need:
    """Pieces of one product for one day."""

    name: str
    spec: str
    pieces: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Day:
    """What has to be at the hub on a day."""

    on: date
    needs: list[Need] = field(default_factory=list)

    @property
    def pieces(self) -> int:
        """All pieces of the day."""
        return sum(need.pieces for need in self.needs)


def days_to_prepare(payee_ref: str) -> list[Day]:
    """Sums by day and product over boxes that have not left; one query."""
    rows = (
        OrderLine.objects.filter(
            payee_ref=payee_ref,
            kind=LineKind.PRODUCT,
            taken__lt=F("quantity"),
            order__shipment__state__in=(ShipmentState.PENDING, ShipmentState.PACKED),
        )
        .order_by()
        .values_list("order__shipment__ship_on", "name", "spec")
        .annotate(pieces=Sum(F("quantity") - F("taken")), boxes=Count("order", distinct=True))
        .order_by("order__shipment__ship_on", "name", "spec")
    )
    days: dict[date, Day] = {}
    for on, name, spec, pieces, boxes in rows:
        days.setdefault(on, Day(on)).needs.append(Need(name, spec, pieces, boxes))
    return list(days.values())


def statements_of(payee_ref: str) -> QuerySet[Statement]:
    """A payee's statements that were approved, newest first."""
    mine = Statement.objects.filter(payee__ref=payee_ref).exclude(state=StatementState.DRAWN_UP)
    fees = mine.annotate(fees=F("commission") + F("commission_vat"))
    return fees.select_related("period").order_by("-id")
