"""When to look again, and what may be sent again. Pure."""

from datetime import datetime, timedelta

RESEND_WITHIN = timedelta(hours=23)
"""The provider forgets a key after 24 hours; an hour is kept as a margin for clocks and slow lines."""
FIRST_LOOK = timedelta(minutes=5)
LOOKS = ((timedelta(minutes=5), FIRST_LOOK), (timedelta(hours=1), timedelta(hours=1)))
HOLDER_HAS = timedelta(hours=1)
"""How long a card holder may take to agree on the bank's page."""
DAILY = timedelta(days=1)
NOT_RECEIVED = "not_received"
NO_METHOD = "no_payment_method"
WITHDRAWN = "withdrawn"
"""The subscription was left before anyone was asked."""


def next_look(asked_at: datetime, at: datetime) -> datetime:
    """When to ask the provider again what became of a charge: after five minutes, an hour, then daily."""
    age = at - asked_at
    return at + next((wait for limit, wait in LOOKS if age < limit), DAILY)


def may_resend(asked_at: datetime, at: datetime) -> bool:
    """Whether the provider still knows the key, so that sending it again cannot charge twice."""
    return at - asked_at < RESEND_WITHIN


def is_over(asked_at: datetime, at: datetime) -> bool:
    """Whether a holder who was asked to agree had long enough."""
    return at - asked_at >= HOLDER_HAS


def charge_key(schema: str, number: str, attempt: int) -> str:
    """The idempotency key of one attempt at one order of one municipality."""
    return f"{schema}:{number}:{attempt}"
