"""What the finance desk looks at."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from settlement.statements.models import Period, Statement


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """A period in one row."""

    statements: int
    rendered: int
    held: int
    to_pay: int
    sales: int
    commission: int
    earned: int
    carried_in: int
    held_amount: int
    carried_out: int
    payable: int
    paid: int


def totals_of(period: Period) -> PeriodTotals:
    """The sums of a closed period's statements."""
    found = Statement.objects.filter(period=period).aggregate(
        statements=Count("id"),
        rendered=Count("id", filter=~Q(pdf="")),
        held=Count("id", filter=Q(held=True)),
        to_pay=Count("id", filter=Q(payable__gt=0)),
        sales=Sum("sales", default=0),
        commission=Sum("commission", default=0) + Sum("commission_vat", default=0),
        earned=Sum("earned", default=0),
        carried_in=Sum("carried_in", default=0),
        held_amount=Sum("held_amount", default=0),
        carried_out=Sum("carried_out", default=0),
        paid=Sum("payable", filter=Q(state="paid"), default=0),
        payable=Sum("payable", default=0),
    )
    return PeriodTotals(**found)


def running_totals(period: Period) -> dict[str, int]:
    """What has been earned so far in an open period: lines, sales, payable."""
    return period.earnings.aggregate(
        lines=Count("id"), sales=Sum("gross", default=0), payable=Sum("payable", default=0)
    )


def desk_rows() -> QuerySet[Period]:
    """Periods with their sums, newest first, in one query."""
    own = Statement.objects.filter(period=OuterRef("pk")).order_by().values("period")
    return Period.objects.order_by("-starts_on").annotate(
        statement_count=_part(own, Count("id")),
        rendered_count=_part(own, Count("id", filter=~Q(pdf=""))),
        held_count=_part(own, Count("id", filter=Q(held=True) | Q(held_amount__gt=0))),
        payable_sum=_part(own, Sum("payable", default=0)),
    )


def _part(rows: QuerySet[Statement, Any], aggregate: Aggregate) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(part=aggregate).values("part")), 0, output_field=BigIntegerField())
