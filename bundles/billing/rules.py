"""When an unpaid box is tried again, when it is given up, and how fast a provider may be asked. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from bundles.billing.errors import BadRetryDays

RETRY_DAYS = (1, 3, 5, 7)
"""A soft decline is tried again on these days after the first one, unless the mall chose others."""
GIVE_UP_AFTER = 8
"""Days after the first decline at which an unpaid box is given up and the subscription pauses."""
MOST_DAYS = 28
"""Nobody is asked for longer than that: the next box of a month is due."""
PER_SECOND = 20
"""Requests that a provider account takes in a second, unless the mall's account takes more or fewer."""


def next_try(first_failed_on: date, on: date, days: Sequence[int] = RETRY_DAYS) -> date | None:
    """The day of the next automatic try after a soft decline on `on`; None when the last one was made."""
    gone = (on - first_failed_on).days
    later = [day for day in days if day > gone]
    return first_failed_on + timedelta(days=min(later)) if later else None


def is_spent(first_failed_on: date, on: date, days: Sequence[int] = RETRY_DAYS) -> bool:
    """Whether the last day of the schedule is over."""
    return (on - first_failed_on).days >= max(days)


def checked_schedule(days: Sequence[int], give_up_after: int) -> list[int]:
    """The days of a schedule in order; refuses days that repeat, lie before the next day, or after giving up."""
    ordered = sorted(set(days))
    if not ordered or len(ordered) != len(days) or ordered[0] < 1:
        raise BadRetryDays(most=MOST_DAYS)
    if not ordered[-1] < give_up_after <= MOST_DAYS:
        raise BadRetryDays(most=MOST_DAYS)
    return ordered
