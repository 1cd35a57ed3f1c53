"""Reading subscriptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, QuerySet, Sum, Value, When

from bundles.subscriptions.models import (
    HOLDER,
    Agreement,
    Cycle,
    CycleState,
    PrepaidTerm,
    Subscription,
    SubscriptionState,
)
from malls.customers.models import Resident
from ui.cards import Picture, picture_of

GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


@dataclass(frozen=True, slots=True)
class NextBox:
    """A subscription as one row of a list: its picture, its next box and what it costs."""

    subscription: Subscription
    picture: Picture
    amount: int
    cycle: Cycle | None
    waiting: Cycle | None = None
    """The box whose payment waits for its card holder's word."""

    @property
    def is_paid(self) -> bool:
        """Whether its boxes are paid in advance."""
        return runs_prepaid(self.subscription)


def of_resident(resident: Resident) -> QuerySet[Subscription]:
    """A resident's subscriptions, living ones first."""
    gone = Case(When(state__in=GONE, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = Subscription.objects.filter(resident=resident).annotate(gone=gone).order_by("gone", "-pk")
    return rows.select_related(
        "plan__bundle__category", "plan__bundle__image", "address", "method", "wish", "prepaid__prepayment"
    )


def runs_prepaid(subscription: Subscription) -> bool:
    """Whether the boxes to come are paid in advance."""
    term: PrepaidTerm | None = getattr(subscription, "prepaid", None)
    return term is not None and term.followed_at is None


def waiting_for_holder() -> QuerySet[Cycle]:
    """Boxes whose payment waits for its card holder's word, also while they give it; the latest first."""
    open_ones = (CycleState.FAILED, CycleState.DUE)
    return Cycle.objects.filter(state__in=open_ones, last_decline=HOLDER).order_by("subscription", "-number")


def next_boxes(subscriptions: Iterable[Subscription], today: date) -> list[NextBox]:
    """Rows with the next box and the agreed amount: three statements however many."""
    rows = list(subscriptions)
    pks = [one.pk for one in rows]
    ahead = Cycle.objects.filter(subscription__in=pks, state=CycleState.SCHEDULED, bill_on__gte=today)
    coming = {
        one.subscription_id: one for one in ahead.order_by("subscription_id", "number").distinct("subscription_id")
    }
    newest = Agreement.objects.filter(subscription__in=pks).order_by("subscription_id", "-from_on", "-pk")
    amounts = {one.subscription_id: one.amount for one in newest.distinct("subscription_id")}
    waiting = {one.subscription_id: one for one in waiting_for_holder().filter(subscription__in=pks)}
    return [
        NextBox(one, _picture(one), amounts.get(one.pk, 0), coming.get(one.pk), waiting.get(one.pk)) for one in rows
    ]


def _picture(subscription: Subscription) -> Picture:
    bundle = subscription.plan.bundle
    return picture_of(bundle.image, name=bundle.name, category=bundle.category.slug)


def discount_received(subscription: Subscription) -> int:
    """The term discount in won that a resident received with the boxes paid until now."""
    paid = subscription.cycles.filter(state__in=(CycleState.ORDERED, CycleState.FULFILLED))
    return paid.aggregate(won=Sum("order__discount", default=0))["won"]
