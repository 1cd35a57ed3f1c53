"""Until when and why residents may give something back (전자상거래법 §17, §18). Pure. Tables: docs/rules/refunds.md."""

from dataclasses import dataclass
from datetime import date

from core.clock import add_months, days_after
from settlement.statements.paydays import is_working_day

MIND, DEFECT, DIFFERENT, MISSING = "mind", "defect", "different", "missing"
RESIDENTS_REASONS = (MIND, DEFECT, DIFFERENT, MISSING)
DAYS_TO_CHANGE_ONES_MIND = 7
MONTHS_FOR_DEFECTS = 3
WORKING_DAYS_TO_PAY = 3
PERISHABLE = ("chilled", "frozen")


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about an order: whether its box has left, and the Korean day on which it arrived."""

    was_sent: bool
    delivered_on: date | None


def last_day(reason: str, facts: Facts) -> date | None:
    """The last day for this reason; None while no period has begun to run (§17①: it runs from the delivery)."""
    if facts.delivered_on is None:
        return None
    if reason == MIND:
        return days_after(facts.delivered_on, DAYS_TO_CHANGE_ONES_MIND)
    return add_months(facts.delivered_on, MONTHS_FOR_DEFECTS)


def is_too_late(reason: str, facts: Facts, today: date) -> bool:
    """Whether the period is over."""
    last = last_day(reason, facts)
    return last is not None and today > last


def may_change_mind(storage: str, facts: Facts) -> bool:
    """Chilled and frozen goods that were sent cannot be sold again (§17②3); a fault is another matter."""
    return not (facts.was_sent and storage in PERISHABLE)


def gives_shipping_back(reason: str, facts: Facts, *, is_whole: bool) -> bool:
    """The fee goes back with the whole order, unless the resident changed their mind after the box had left."""
    return is_whole and not (facts.was_sent and reason == MIND)


def money_back_until(day: date) -> date:
    """The third working day after `day` (§18②)."""
    left = WORKING_DAYS_TO_PAY
    while left:
        day = days_after(day, 1)
        left -= is_working_day(day)
    return day
