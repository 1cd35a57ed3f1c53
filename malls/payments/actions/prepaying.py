"""Orders that are paid by a part of an earlier charge. What nobody uses of it goes back. Rules: docs/rules/terms.md."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.actor import Actor
from core.rows import as_json, rows_from
from malls.orders.actions import mark_paid
from malls.orders.models import Order
from malls.payments.actions.refunding import left_of, left_of_charges
from malls.payments.errors import RefundTooMuch
from malls.payments.models import OPEN_DISPUTES, Charge, ChargeState, Dispute, PrepaidPart, Prepayment, Refund
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft

USE = {"id": "bigint", "order_id": "bigint", "used": "bigint"}
Covered = tuple[Order, PrepaidPart]


@transaction.atomic
def open_prepayments(advances: Mapping[Order, Sequence[int]]) -> dict[int, Prepayment]:
    """Let the charge of each order ask for its followers too; by order id. The parts are won, the order's own first.

    Of the first part only the order's total is asked. Three statements however many.
    """
    drafts = {order.pk: _prepayment(order, [order.total, *parts[1:]]) for order, parts in advances.items()}
    Prepayment.objects.bulk_create(drafts.values())
    rows = [
        PrepaidPart(prepayment=drafts[order.pk], number=number, amount=won)
        for order, parts in advances.items()
        for number, won in enumerate([order.total, *parts[1:]], 1)
    ]
    for row in rows:
        if row.number == 1:
            row.order, row.used = row.prepayment.order, row.amount
    PrepaidPart.objects.bulk_create(rows)
    return drafts


def _prepayment(order: Order, parts: Sequence[int]) -> Prepayment:
    amount = sum(parts)
    return Prepayment(order=order, amount=amount, tax_free=amount * order.tax_free // max(order.total, 1))


def free_parts(prepayment_ids: Sequence[int]) -> dict[int, PrepaidPart]:
    """The next part of each paid prepayment that has not ended; those with none left are left out. One statement."""
    paid = Charge.objects.filter(state=ChargeState.SUCCEEDED).values("order")
    rows = PrepaidPart.objects.filter(
        prepayment__in=prepayment_ids, order=None, prepayment__ended_at=None, prepayment__order__in=paid
    )
    return {row.prepayment_id: row for row in rows.order_by("prepayment_id", "number").distinct("prepayment_id")}


@transaction.atomic
def cover_orders(covered: Sequence[Covered], *, by: Actor, at: datetime) -> list[Order]:
    """Pay placed orders with parts that the caller holds locked; what an order does not need of its part goes back."""
    if not covered:
        return []
    uses = [(part.pk, order.pk, order.total) for order, part in covered]
    _use(uses)
    post_many([_used(order, part, at) for order, part in covered if order.total])
    give_back_unneeded([part.prepayment_id for order, part in covered if part.amount > order.total], by=by, at=at)
    return mark_paid([order for order, _ in covered], by=by, at=at)


def _use(uses: Sequence[tuple[int, int, int]]) -> None:
    statement = f"""
        UPDATE payments_prepaidpart part SET order_id = use.order_id, used = use.used
        FROM {rows_from(USE, "use")} WHERE part.id = use.id AND part.order_id IS NULL
    """  # noqa: S608  our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_json(USE, uses)])
        if cursor.rowcount != len(uses):
            message = "a part of a prepayment was used meanwhile"
            raise ValueError(message)


def _used(order: Order, part: PrepaidPart, at: datetime) -> PostingDraft:
    entries = [(Code.PREPAID_TERMS, "", order.total), (Code.CUSTOMER_ADVANCES, "", -order.total)]
    return PostingDraft("prepaid_part", f"prepaid_part:{part.pk}", at, order.number, entries)


@transaction.atomic
def give_back_unneeded(prepayment_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """What boxes cost less than their parts goes back, but for what a bank took for good: that lessens our loss.

    While a bank holds the money it waits. Given back before: nothing happens.
    """
    charges = charges_of_prepayments(prepayment_ids) if prepayment_ids else {}
    held = Dispute.objects.filter(charge__in=charges.values(), state__in=OPEN_DISPUTES).values("charge__order")
    found = [one for one in _unneeded(list(charges)).exclude(order__in=held) if one.unneeded]
    left = left_of_charges([charges[one.pk] for one in found]) if found else {}
    backs = {one.pk: max(0, min(one.unneeded, left[charges[one.pk].pk])) for one in found}
    refunds = [_unneeded_refund(one, charges[one.pk], backs[one.pk], by, at) for one in found if backs[one.pk]]
    post_many([_unused(refund, at) for refund in Refund.objects.bulk_create(refunds)])
    post_many([_write_off(one, one.unneeded - backs[one.pk], at) for one in found if one.unneeded > backs[one.pk]])


def _unneeded(prepayment_ids: Sequence[int]) -> QuerySet[Any]:
    """Running prepayments with what their used parts, to the `last`, did not need and nobody got back, in won."""
    used = PrepaidPart.objects.filter(prepayment=OuterRef("pk"), order__isnull=False)
    spare = used.order_by().values("prepayment").annotate(won=Sum(F("amount") - F("used"))).values("won")
    back = Refund.objects.filter(prepayment=OuterRef("pk")).order_by().values("prepayment")
    return Prepayment.objects.filter(pk__in=prepayment_ids, ended_at=None).annotate(
        unneeded=Coalesce(Subquery(spare), 0)
        - Coalesce(Subquery(back.annotate(won=Sum("amount")).values("won")), 0)
        - F("kept"),
        last=Subquery(used.order_by("-number").values("number")[:1]),
    )


def _unneeded_refund(prepayment: Any, charge: Charge, won: int, by: Actor, at: datetime) -> Refund:
    reason = _("Box %(number)s cost less than was paid in advance") % {"number": prepayment.last}
    return Refund(
        charge=charge, prepayment=prepayment, key=f"{charge.key}:part:{prepayment.last}", amount=won,
        reason=reason, by_name=by.name, reserved_at=at,
    )  # fmt: skip


def _write_off(prepayment: Any, won: int, at: datetime) -> PostingDraft:
    """Money that a bank gave to the buyer is not owed again."""
    Prepayment.objects.filter(pk=prepayment.pk).update(kept=F("kept") + won)
    entries = [(Code.PREPAID_TERMS, "", won), (Code.DISPUTE_LOSSES, "", -won)]
    source = f"prepaid_lost:{prepayment.pk}:{prepayment.last}"
    return PostingDraft("prepaid_lost", source, at, str(prepayment), entries)


def charges_of_prepayments(prepayment_ids: Sequence[int]) -> dict[int, Charge]:
    """The succeeded charge of each prepayment, locked."""
    rows = Charge.objects.select_for_update(of=("self",)).filter(
        order__prepayment__in=prepayment_ids, state=ChargeState.SUCCEEDED
    )
    return {charge.order.prepayment.pk: charge for charge in rows.select_related("order__prepayment").order_by("pk")}


def _unused(refund: Refund, at: datetime) -> PostingDraft:
    entries = [(Code.PREPAID_TERMS, "", refund.amount), (Code.CUSTOMER_ADVANCES, "", -refund.amount)]
    return PostingDraft("prepaid_unused", f"prepaid_unused:{refund.pk}", at, refund.charge.order.number, entries)


def rest_of_prepayment(prepayment: Prepayment) -> int:
    """What no order has used yet and nobody got back, in won; 0 while it is not paid."""
    if not Charge.objects.filter(order=prepayment.order_id, state=ChargeState.SUCCEEDED).exists():
        return 0
    used = prepayment.parts.aggregate(won=Sum("used", default=0))["won"]
    back = prepayment.refunds.aggregate(won=Sum("amount", default=0))["won"]
    return int(prepayment.amount - used - back - prepayment.kept)


def returnable_rest(prepayment: Prepayment) -> int:
    """What of the rest may go back, in won: not what a bank took for good, for that is with the buyer already."""
    charge = Charge.objects.filter(order=prepayment.order_id, state=ChargeState.SUCCEEDED).first()
    return min(rest_of_prepayment(prepayment), left_of(charge)) if charge else 0


def is_contested(prepayment: Prepayment) -> bool:
    """Whether a bank may yet take the money."""
    return Charge.objects.filter(order=prepayment.order_id, disputes__state__in=OPEN_DISPUTES).exists()


@transaction.atomic
def end_prepayment(prepayment: Prepayment, *, kept: int, reason: str, by: Actor, at: datetime) -> Refund | None:
    """Give the rest back but for `kept` won, which lessen what the municipality gave for the discount.

    What a bank took of it before was written off as our loss; that is lessened.
    The refund is written with its key; the janitor of refunds sends it. Ended before: nothing happens.
    """
    charge = charges_of_prepayments([prepayment.pk]).get(prepayment.pk)
    locked = Prepayment.objects.select_for_update(of=("self",)).select_related("order").get(pk=prepayment.pk)
    if locked.ended_at:
        return None
    rest = returnable_rest(locked)
    if not 0 <= kept <= rest:
        raise RefundTooMuch(number=locked.order.number, rest=rest)
    lost, back = rest_of_prepayment(locked) - rest, rest - kept
    locked.kept, locked.ended_at = locked.kept + kept + lost, at
    locked.save(update_fields=["kept", "ended_at"])
    entries = [
        (Code.PREPAID_TERMS, "", kept + lost),
        (Code.MUNICIPALITY_SUBSIDY, "", -kept),
        (Code.DISPUTE_LOSSES, "", -lost),
    ]
    post_many([PostingDraft("prepaid_kept", f"prepaid_kept:{locked.pk}", at, locked.order.number, entries)])
    if charge is None or not back:
        return None
    refund = Refund.objects.create(
        charge=charge, prepayment=locked, key=f"{charge.key}:rest", amount=back,
        tax_free=back * locked.tax_free // locked.amount, reason=reason[:200], by_name=by.name, reserved_at=at,
    )  # fmt: skip
    post_many([_unused(refund, at)])
    return refund


def forfeit_rest(order: Order, most: int, *, at: datetime) -> int:
    """What a bank took of an order's prepayment, in won: the whole rest, or nothing when `most` is less than that."""
    prepayment = Prepayment.objects.select_for_update().filter(order=order, ended_at=None).first()
    rest = rest_of_prepayment(prepayment) if prepayment else 0
    if prepayment is None or not 0 < rest <= most:
        return 0
    prepayment.kept, prepayment.ended_at = prepayment.kept + rest, at
    prepayment.save(update_fields=["kept", "ended_at"])
    return rest
