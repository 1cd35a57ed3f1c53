"""When an unpaid box is tried again. Pure."""

from datetime import date, timedelta

RETRY_DAYS = (1, 3, 5, 7)
"""A soft decline is tried again on these days after the first one."""
GIVE_UP_AFTER = 8
"""Days after the first decline at which an unpaid box is given up and the subscription pauses."""


def next_try(first_failed_on: date, on: date) -> date | None:
    """The day of the next automatic try after a soft decline on `on`; None when the last one was made."""
    days = (on - first_failed_on).days
    later = [day for day in RETRY_DAYS if day > days]
    return first_failed_on + timedelta(days=later[0]) if later else None


def gives_up_on(first_failed_on: date) -> date:
    """The day on which an unpaid box is given up."""
    return first_failed_on + timedelta(days=GIVE_UP_AFTER)
