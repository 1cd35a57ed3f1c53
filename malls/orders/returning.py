"""Pieces that come off a paid order again: reserved, then effective or undone.

Money moves in payments; here move the goods: the count of pieces to send, vouchers and boxes (by hooks) when reserved,
stock and earnings when effective. The caller is in a transaction and holds what it must hold of the money.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.actor import Actor
from malls.orders import hooks, stock
from malls.orders.errors import NothingComesOff, PiecesGone, ShippingGone
from malls.orders.models import LineKind, Order, OrderLine, OrderState, Return, ReturnLine
from malls.orders.pieces import Money, money_of_pieces
from malls.orders.rules import EXEMPT
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft
from settlement.statements.actions import earn_many
from settlement.statements.models import EarningKind
from settlement.statements.rules import EarningDraft

SENT = (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CONFIRMED)
OVER = (OrderState.CONFIRMED, OrderState.REFUNDED)
"""Goods are earned or gone, and a shipping fee that was kept is income."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall come off: how many pieces by line id, and whether the shipping fee too."""

    pieces: Mapping[int, int]
    shipping: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one line that would come off, with their money."""

    line: OrderLine
    numbers: tuple[int, ...]
    money: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come off, before anything is written."""

    parts: tuple[Part, ...]
    shipping: int
    was_sent: bool
    is_confirmed: bool

    @property
    def total(self) -> int:
        """What the buyer gets back in won."""
        return sum(part.money.paid for part in self.parts) + self.shipping

    @property
    def tax_free(self) -> int:
        """The part of the total without VAT."""
        return sum(part.money.paid for part in self.parts if part.line.tax_type == EXEMPT)


def free_pieces(lines: Sequence[OrderLine]) -> dict[int, list[int]]:
    """By line id, the numbers of the pieces that can still come off."""
    gone = hooks.spent_pieces(lines)
    for row in ReturnLine.objects.filter(line__in=lines, returned__undone_at=None):
        gone.setdefault(row.line_id, set()).update(row.numbers)
    return {line.pk: [n for n in range(1, line.quantity + 1) if n not in gone.get(line.pk, ())] for line in lines}


def free_shipping(order: Order) -> int:
    """What is left of the shipping fee, in won."""
    return order.shipping - sum(order.returns.filter(undone_at=None).values_list("shipping", flat=True))


def plan_return(order: Order, choice: Choice | None = None) -> Plan:
    """What a choice takes off; None takes everything that still can. Refuses pieces that are gone or used."""
    lines = list(order.lines.order_by("position"))
    free = free_pieces(lines)
    wanted = {pk: len(numbers) for pk, numbers in free.items()} if choice is None else choice.pieces
    parts = [_part(line, free[line.pk], wanted.get(line.pk, 0)) for line in lines if wanted.get(line.pk)]
    shipping = free_shipping(order) if choice is None or choice.shipping else 0
    if choice and choice.shipping and not shipping:
        raise ShippingGone(number=order.number)
    if not parts and not shipping:
        raise NothingComesOff(number=order.number)
    is_confirmed = order.state == OrderState.CONFIRMED
    return Plan(tuple(parts), shipping, _was_sent(order), is_confirmed)


def _part(line: OrderLine, free: Sequence[int], wanted: int) -> Part:
    if not 0 < wanted <= len(free):
        raise PiecesGone(name=line.name, left=len(free), wanted=wanted)
    numbers = tuple(free[-wanted:])
    return Part(line, numbers, money_of_pieces(line, numbers))


def _was_sent(order: Order) -> bool:
    """Whether the box has left; an order without a box that was confirmed never had one."""
    return order.state in SENT


@transaction.atomic
def reserve_return(order: Order, choice: Choice | None, *, source: str, by: Actor, at: datetime) -> Return:
    """Take pieces off: they are not sent, vouchers cannot be used. `plan_return` says what; refuses what is gone."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    plan = plan_return(locked, choice)
    returned = Return.objects.create(
        order=locked, source=source, shipping=plan.shipping, was_sent=plan.was_sent, reserved_at=at
    )
    rows = ReturnLine.objects.bulk_create([_row(returned, part) for part in plan.parts])
    if not plan.was_sent:
        for row in rows:
            OrderLine.objects.filter(pk=row.line_id).update(taken=F("taken") + len(row.numbers))
    hooks.tell_lines(hooks.taking, rows, by=by, at=at)
    return returned


def _row(returned: Return, part: Part) -> ReturnLine:
    money = part.money
    return ReturnLine(
        returned=returned,
        line=part.line,
        numbers=list(part.numbers),
        paid=money.paid,
        discount_municipality=money.discount_municipality,
        discount_platform=money.discount_platform,
        discount_merchant=money.discount_merchant,
    )


@transaction.atomic
def undo_return(returned: Return, *, by: Actor, at: datetime) -> bool:
    """Put the pieces back on the order. False when that cannot be: the box left without them."""
    order = Order.objects.select_for_update().get(pk=returned.order_id)
    locked = Return.objects.select_for_update().get(pk=returned.pk)
    if locked.undone_at:
        return True
    if locked.effective_at or (order.state in SENT and not locked.was_sent and _has_goods(locked)):
        return False
    Return.objects.filter(pk=locked.pk).update(undone_at=at)
    rows = list(locked.lines.select_related("line"))
    if not locked.was_sent:
        for row in rows:
            OrderLine.objects.filter(pk=row.line_id).update(taken=F("taken") - len(row.numbers))
    hooks.tell_lines(hooks.giving_back, rows, by=by, at=at)
    return True


def _has_goods(returned: Return) -> bool:
    return returned.lines.filter(line__kind=LineKind.PRODUCT).exists()


@transaction.atomic
def settle_return(returned: Return, *, by: Actor, at: datetime) -> None:
    """The money is gone for good: pieces that were never sent are free again, and what they earned is corrected.

    An order of which nothing is left is refunded. Settled before: nothing happens.
    """
    order = Order.objects.select_for_update().get(pk=returned.order_id)
    if not Return.objects.filter(pk=returned.pk, effective_at=None, undone_at=None).exists():
        return
    rows = list(returned.lines.select_related("line"))
    if order.state in OVER:
        _correct_earnings(order, returned, rows, at)
    Return.objects.filter(pk=returned.pk).update(effective_at=at)
    if not returned.was_sent:
        pieces: Counter[int] = Counter()
        for row in rows:
            if row.line.product_id:
                pieces[row.line.product_id] += len(row.numbers)
        stock.release_pieces(pieces)
    close_emptied(order, by=by, at=at)


def _correct_earnings(order: Order, returned: Return, rows: Sequence[ReturnLine], at: datetime) -> None:
    """What stood for a line is taken back and what is left is earned anew, in the period that is open now.

    Both sides follow the same rounding, so that the commission is always that of the rest, to the won.
    """
    goods = [row for row in rows if row.line.kind == LineKind.PRODUCT]
    rests = rest_of([row.line for row in goods])
    drafts = []
    for row in goods:
        before, count = rests[row.line_id]
        after = _less(before, row)
        drafts.append(_earning(returned, row.line, before, -count, what="off", at=at))
        if count > len(row.numbers):
            drafts.append(_earning(returned, row.line, after, count - len(row.numbers), what="rest", at=at))
    earn_many(drafts, at=at)
    if returned.shipping:
        entries = [(Code.SHIPPING_INCOME, "", returned.shipping), (Code.CUSTOMER_ADVANCES, "", -returned.shipping)]
        post_many([PostingDraft("shipping_refund", f"shipping_refund:{returned.pk}", at, order.number, entries)])


def _less(money: Money, row: ReturnLine) -> Money:
    return money + Money(-row.paid, -row.discount_municipality, -row.discount_platform, -row.discount_merchant)


def rest_of(lines: Sequence[OrderLine]) -> dict[int, tuple[Money, int]]:
    """By line id, the money and the number of the pieces that are still sold: all but those that surely came off."""
    return {line.pk: (money_of_pieces(line, left), len(left)) for line, left in _left(lines)}


def _left(lines: Sequence[OrderLine]) -> list[tuple[OrderLine, list[int]]]:
    """Each line with the numbers of its pieces that no return took off for good."""
    gone: dict[int, set[int]] = defaultdict(set)
    for row in ReturnLine.objects.filter(line__in=lines).exclude(returned__effective_at=None):
        gone[row.line_id].update(row.numbers)
    return [(line, [n for n in range(1, line.quantity + 1) if n not in gone[line.pk]]) for line in lines]


def _earning(
    returned: Return, line: OrderLine, money: Money, quantity: int, *, what: str, at: datetime
) -> EarningDraft:
    sign = -1 if quantity < 0 else 1
    source = f"order_line:{line.pk}"
    return EarningDraft(
        payee_ref=line.payee_ref,
        kind=EarningKind.CORRECTION,
        source=f"{source}:return:{returned.pk}:{what}",
        corrects=source,
        description=f"{line.name} × {abs(quantity)}"[:200],
        gross=sign * money.amount,
        quantity=quantity,
        discount_municipality=sign * money.discount_municipality,
        discount_platform=sign * money.discount_platform,
        discount_merchant=sign * money.discount_merchant,
        tax_type=line.tax_type,
        group=returned.order.title[:120],
        order_ref=returned.order.number,
        commission_bp=line.commission_bp,
        earned_at=at,
    )


@transaction.atomic
def close_emptied(order: Order, *, by: Actor, at: datetime) -> None:
    """An order of which nothing is left is refunded, however its pieces came off; a fee that was kept is income.

    Pieces that are surely gone never come back, so the look before the lock holds after it.
    """
    lines = list(order.lines.all())
    gone = hooks.gone_pieces(lines)
    if any(set(left) - gone.get(line.pk, set()) for line, left in _left(lines)):
        return
    locked = Order.objects.select_for_update().get(pk=order.pk)
    if not locked.may_move(OrderState.REFUNDED):
        return
    if locked.state != OrderState.CONFIRMED:
        post_shipping_income([locked], at=at)
    locked.move(OrderState.REFUNDED, by=by, at=at)


def post_shipping_income(orders: Sequence[Order], *, at: datetime) -> None:
    """What was not given back of the shipping fee is income."""
    given: Counter[int] = Counter()
    shipped = {order.pk: order for order in orders if order.shipping}
    for row in Return.objects.filter(order_id__in=shipped).exclude(effective_at=None):
        given[row.order_id] += row.shipping
    post_many([_shipping_income(order, order.shipping - given[order.pk], at) for order in shipped.values()])


def _shipping_income(order: Order, won: int, at: datetime) -> PostingDraft:
    entries = [(Code.CUSTOMER_ADVANCES, "", won), (Code.SHIPPING_INCOME, "", -won)]
    return PostingDraft("shipping", f"shipping:{order.pk}", at, order.number, entries)
