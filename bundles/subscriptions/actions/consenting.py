"""A higher price needs the resident's separate consent, given at most 30 days before it holds (전자상거래법 §13⑥)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from bundles.plans.queries import current_edition
from bundles.plans.rules import price_of
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.errors import NothingToAgree, PriceHasChanged
from bundles.subscriptions.models import (
    AgreedBy,
    Agreement,
    ChangeKind,
    CycleState,
    Parked,
    PrepaidTerm,
    Subscription,
    SubscriptionState,
)
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.wake import wake

CONSENT_WITHIN = timedelta(days=30)
GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


@dataclass(frozen=True, slots=True)
class Rise:
    """A price that waits for consent: won for each delivery before and from a day on, and the card that would pay."""

    before: int
    amount: int
    discount_bp: int
    from_on: date
    card: str


def rise_of(subscription: Subscription, on: date) -> Rise | None:
    """The next price above what was agreed: of a box that waits for consent, or of one billed within 30 days.

    What was paid in advance never becomes dearer.
    """
    if subscription.state in GONE or PrepaidTerm.objects.filter(subscription=subscription, followed_at=None).exists():
        return None
    if subscription.parked_why == Parked.PRICE:
        return _rise(subscription, on, on)
    coming = subscription.cycles.filter(
        state=CycleState.SCHEDULED, bill_on__gte=on, bill_on__lte=on + CONSENT_WITHIN
    ).order_by("number")  # fmt: skip
    return next((found for box in coming if (found := _rise(subscription, box.bill_on, on))), None)


@transaction.atomic
def agree_to_price(
    subscription: Subscription, amount: int, *, at: datetime, by: Actor = SYSTEM, agreed_by: AgreedBy = AgreedBy.PAGE
) -> Subscription:
    """Keep the consent with what was shown, and let billing go on. Another amount than what waits is refused."""
    subscription = locked(subscription)
    rise = rise_of(subscription, kst_date(at))
    if rise is None:
        raise NothingToAgree
    if rise.amount != amount:
        raise PriceHasChanged(agreed=f"{amount:,}", now=f"{rise.amount:,}")
    with recorded(subscription, ChangeKind.PRICE, by=by, at=at):
        Agreement.objects.create(
            subscription=subscription, amount=amount, discount_bp=rise.discount_bp, from_on=rise.from_on, agreed_at=at,
            agreed_by=agreed_by, amount_before=rise.before, card=rise.card[:60],
        )  # fmt: skip
        waited = subscription.parked_why == Parked.PRICE
        if waited:
            subscription.parked_why = ""
            subscription.save(update_fields=["parked_why"])
    if waited:
        wake("billing.run")
    return subscription


def _rise(subscription: Subscription, bill_on: date, on: date) -> Rise | None:
    """What a box billed on a day would cost, when that is more than what was agreed for the day."""
    edition = current_edition(subscription.plan.bundle, bill_on)
    agreed = subscription.agreements.filter(from_on__lte=bill_on).order_by("-from_on", "-pk").first()
    if edition is None or agreed is None:
        return None
    price = price_of(edition.price, edition.shipping, agreed.discount_bp, subscription.quantity).total
    if price <= agreed.amount:
        return None
    return Rise(agreed.amount, price, agreed.discount_bp, max(bill_on, on), str(subscription.method))
