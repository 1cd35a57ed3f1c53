"""Until when a box may be changed. Pure."""

from datetime import date


def may_change(bill_on: date, today: date) -> bool:
    """Changes are possible until the end of the day before the billing day."""
    return today < bill_on
