"""What is left of a term paid in advance, and how it may go on (docs/rules/terms.md)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bundles.plans.models import Payment, Plan
from bundles.plans.terms import Leaving, settle_leaving
from bundles.subscriptions.errors import NothingFollows
from bundles.subscriptions.models import Cycle, CycleState, PrepaidTerm
from core.clock import kst_date
from malls.orders.models import Order, OrderState, ReturnLine
from malls.payments import lawful
from malls.payments.actions import facts_of, rest_of_prepayment, returnable_rest


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is left of a term that was paid: boxes to come, won that may go back, and what leaving would mean."""

    boxes: int
    rest: int
    leaving: Leaving


def ahead_of(term: PrepaidTerm, at: datetime) -> Ahead | None:
    """What is left of a term; None while it is not paid, and when nothing is left of it."""
    prepayment = term.prepayment
    if prepayment is None or not rest_of_prepayment(prepayment):
        return None
    rest = returnable_rest(prepayment)
    used = list(prepayment.parts.exclude(order=None).select_related("order").order_by("number"))
    orders = [part.order for part in used if part.order]
    back = _discounts_given_back(orders)
    received = sum(
        max(0, min(term.listed - part.amount, part.order.discount - back[part.order.pk]))
        for part in used
        if part.order and part.order.state != OrderState.REFUNDED
    )
    leaving = settle_leaving(rest, received, is_free=_may_withdraw(orders[0], at))
    return Ahead(term.boxes - len(used), rest, leaving)


def _discounts_given_back(orders: list[Order]) -> Counter[int]:
    """By order, the discount on pieces that came off it again."""
    found: Counter[int] = Counter()
    for row in ReturnLine.objects.filter(line__order__in=orders, returned__undone_at=None).select_related("line"):
        found[row.line.order_id] += row.discount_municipality + row.discount_platform + row.discount_merchant
    return found


def _may_withdraw(first: Order, at: datetime) -> bool:
    """Whether the days of withdrawal of the term are not over: seven from the first box's delivery (§17①)."""
    last = lawful.last_day(lawful.MIND, facts_of(first))
    return last is None or kst_date(at) <= last


def paid_ahead(cycle: Cycle) -> tuple[int, int] | None:
    """The won that were paid in advance for a box to come, and its price without discount; None when it was not."""
    term = PrepaidTerm.objects.filter(subscription=cycle.subscription_id).first()
    if term is None:
        return None
    earlier = Cycle.objects.filter(subscription=cycle.subscription_id, number__lt=cycle.number)
    place = earlier.exclude(state__in=(CycleState.SKIPPED, CycleState.CANCELLED)).count()
    return (term.whole.parts[place], term.listed) if place < term.boxes else None


def following_plan(plan: Plan) -> Plan:
    """How a bundle goes on after a term paid in advance: the same term paid per box, else the plan without an end."""
    rows = Plan.objects.filter(
        bundle=plan.bundle_id, cadence=plan.cadence, payment=Payment.PER_BOX, is_offered=True,
        term_months__in=(0, plan.term_months),
    )  # fmt: skip
    found: Plan | None = rows.select_related("bundle").order_by("-term_months").first()
    if found is None:
        raise NothingFollows
    return found
