"""Signed addresses that work without logging in. They carry the schema, so that none works in another mall."""

from datetime import date, datetime, timedelta

from django.core import signing
from django.urls import reverse

from bundles.subscriptions.actions.consenting import Rise
from bundles.subscriptions.models import Cycle, Subscription
from tenants.schema import current_schema

CONSENT_FOR = timedelta(days=40)


def consent_path(subscription: Subscription, rise: Rise) -> str:
    """Where a resident reads about a higher price and may agree to it."""
    value = [subscription.pk, rise.amount, rise.from_on.isoformat()]
    return reverse("consent-to-price", args=[signing.dumps(value, salt=_salt("consent"))])


def consent_of(token: str) -> tuple[int, int, date] | None:
    """The subscription (id), the won and the day that a link was made for, while it is valid."""
    try:
        pk, amount, day = signing.loads(token, salt=_salt("consent"), max_age=CONSENT_FOR)
    except signing.BadSignature:
        return None
    return pk, amount, date.fromisoformat(day)


def skip_path(box: Cycle, at: datetime) -> str:
    """Where one box may be skipped, once, until its cut-off. Nothing else can be done there."""
    return reverse("skip-by-link", args=[signing.dumps([box.pk, at.isoformat()], salt=_salt("skip"))])


def skip_of(token: str) -> tuple[int, datetime] | None:
    """The box (id) that a link may skip, and when the link was made."""
    try:
        pk, at = signing.loads(token, salt=_salt("skip"))
    except signing.BadSignature:
        return None
    return pk, datetime.fromisoformat(at)


def gift_path(subscription: Subscription) -> str:
    """Where the recipient of a gift sees it."""
    return reverse("gift", args=[signing.dumps(subscription.pk, salt=_salt("gift"))])


def gift_of(token: str) -> int | None:
    """The subscription (id) of a gift's link."""
    try:
        pk: int = signing.loads(token, salt=_salt("gift"))
    except signing.BadSignature:
        return None
    return pk


def _salt(what: str) -> str:
    return f"{current_schema()}:subscriptions.{what}"
