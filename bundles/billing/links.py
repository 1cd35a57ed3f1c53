"""Signed addresses of billing that work without logging in. They carry the schema: none works in another mall."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from bundles.subscriptions.models import Cycle
from tenants.schema import current_schema

GOOD_FOR = timedelta(days=40)
"""Longer than any mall waits before it gives a box up."""


def payment_path(cycle: Cycle) -> str:
    """Where a resident agrees to a payment that the bank wants to hear from them in person."""
    return reverse("confirm-payment", args=[signing.dumps(cycle.pk, salt=_salt())])


def cycle_of(token: str) -> int | None:
    """The box (id) that a link was made for, while it is valid."""
    try:
        pk: int = signing.loads(token, salt=_salt(), max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return pk


def _salt() -> str:
    return f"{current_schema()}:billing.payment"
