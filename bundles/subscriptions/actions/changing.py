"""Change card, address, delivery request, quantity or plan. Every change can be undone until the cut-off."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bundles.plans.errors import NotOffered
from bundles.plans.models import Plan
from bundles.plans.queries import current_edition, day_book, plan_price
from bundles.subscriptions.actions.cycles import DATED, date_cycle, ensure_cycles
from bundles.subscriptions.actions.prepaid import agree_to_follow
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.effects import until_text
from bundles.subscriptions.errors import (
    BadQuantity,
    BoxBeingPrepared,
    CannotChange,
    CutOffPassed,
    NoAddress,
    NoMethod,
    NoTermToRenew,
    NothingLeftToCome,
    PrepaidBeginsAnew,
    PrepaidStands,
    RecipientDecides,
)
from bundles.subscriptions.models import (
    AgreedBy,
    Agreement,
    ChangeKind,
    Cycle,
    CycleState,
    PrepaidTerm,
    Subscription,
    SubscriptionState,
    Wish,
)
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.wake import wake
from malls.customers.models import Address
from malls.payments.models import PaymentMethod
from ui.templatetags.ui import kdate

MOST_BOXES = 10
GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


@transaction.atomic
def change_method(
    subscription: Subscription, method: PaymentMethod, *, at: datetime, by: Actor = SYSTEM, why: str = ""
) -> Subscription:
    """Pay with another card from now on. A box whose payment failed is tried again at once."""
    subscription = locked(subscription)
    if method.resident_id != subscription.resident_id or method.removed_at:
        raise NoMethod
    _save(subscription, ChangeKind.CARD, by, at, why, method=method)
    if subscription.cycles.filter(state=CycleState.FAILED).update(next_try_on=kst_date(at)):
        wake("billing.run")
    return subscription


@transaction.atomic
def change_address(
    subscription: Subscription, address: Address, *, by: Actor, at: datetime, why: str = ""
) -> Subscription:
    """Send to another address from the next order on, for good."""
    subscription = locked(subscription)
    if subscription.address_id is None:
        raise RecipientDecides
    _must_be_mine(subscription, address)
    return _save(subscription, ChangeKind.ADDRESS, by, at, why, address=address)


@transaction.atomic
def change_box_address(cycle: Cycle, address: Address | None, *, by: Actor, at: datetime, why: str = "") -> Cycle:
    """Send one box elsewhere; None sends it to the subscription's address again."""
    cycle = changeable(cycle, at)
    if cycle.subscription.address_id is None:
        raise RecipientDecides
    if address is not None:
        _must_be_mine(cycle.subscription, address)
    with recorded(cycle.subscription, ChangeKind.BOX_ADDRESS, by=by, at=at, cycle=cycle, why=why):
        cycle.address = address
        cycle.save(update_fields=["address"])
    return cycle


@transaction.atomic
def change_wish(
    subscription: Subscription, wish: Wish | None, *, by: Actor, at: datetime, why: str = ""
) -> Subscription:
    """Hand boxes over another way from the next order on. `wish` is not stored yet; None is no request."""
    subscription = locked(subscription)
    return _save(subscription, ChangeKind.WISH, by, at, why, wish=_stored(wish))


@transaction.atomic
def change_box_wish(cycle: Cycle, wish: Wish | None, *, by: Actor, at: datetime, why: str = "") -> Cycle:
    """Hand one box over another way; None is as the subscription says."""
    cycle = changeable(cycle, at)
    with recorded(cycle.subscription, ChangeKind.BOX_WISH, by=by, at=at, cycle=cycle, why=why):
        cycle.wish = _stored(wish)
        cycle.save(update_fields=["wish"])
    return cycle


@transaction.atomic
def change_quantity(
    subscription: Subscription, quantity: int, *, by: Actor, at: datetime, why: str = ""
) -> Subscription:
    """Receive more or fewer boxes at each delivery, from the next one on, at the plan's price of today."""
    if not 1 <= quantity <= MOST_BOXES:
        raise BadQuantity(most=MOST_BOXES)
    subscription = locked(subscription)
    if subscription.quantity == quantity:
        return subscription
    _must_not_be_prepaid(subscription)
    first = next_open(subscription, at)
    with recorded(subscription, ChangeKind.QUANTITY, by=by, at=at, why=why):
        subscription.quantity = quantity
        subscription.save(update_fields=["quantity"])
        _agree_anew(subscription, subscription.plan, first, at)
    return subscription


@transaction.atomic
def change_plan(subscription: Subscription, plan: Plan, *, by: Actor, at: datetime, why: str = "") -> Subscription:
    """Another cadence or term of the same bundle from the next box on: its day stays, later ones are counted from it.

    The price is the new plan's price of today; the new term begins with the next box.
    """
    subscription = locked(subscription)
    if subscription.plan_id == plan.pk:
        return subscription
    if plan.bundle_id != subscription.plan.bundle_id or not plan.is_offered:
        raise NotOffered(bundle=plan.bundle)
    _must_not_be_prepaid(subscription)
    if plan.is_prepaid:
        raise PrepaidBeginsAnew
    first = next_open(subscription, at)
    course = subscription.course(day_book()).with_cadence(plan.cadence, first.number)
    with recorded(subscription, ChangeKind.PLAN, by=by, at=at, why=why):
        subscription.plan = plan
        subscription.counted_from, subscription.counted_number = course.counted_from, course.number
        subscription.ends_on = course.term_ends_on(first.number, plan.term_months)
        subscription.renews = subscription.renews and bool(plan.term_months)
        subscription.save(update_fields=["plan", "counted_from", "counted_number", "ends_on", "renews"])
        _date_anew(subscription, first.number)
        _agree_anew(subscription, plan, first, at)
        ensure_cycles([subscription.pk], kst_date(at))
    return subscription


@transaction.atomic
def choose_renewal(subscription: Subscription, *, renews: bool, by: Actor, at: datetime, why: str = "") -> Subscription:
    """Let another term of the same length follow, or let the subscription end with its term.

    After a term paid in advance boxes are paid one by one, at the price of today to which this is the consent.
    """
    subscription = locked(subscription)
    _must_live(subscription)
    if subscription.ends_on is None or not subscription.plan.term_months:
        raise NoTermToRenew
    if renews == subscription.renews:
        return subscription
    with recorded(subscription, ChangeKind.RENEWAL, by=by, at=at, why=why):
        subscription.renews = renews
        subscription.save(update_fields=["renews"])
        if renews and subscription.plan.is_prepaid:
            agree_to_follow(subscription, at=at)
    return subscription


def locked(subscription: Subscription) -> Subscription:
    """The subscription as it is now, locked until the transaction ends."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("plan__bundle")
    return rows.get(pk=subscription.pk)


def changeable(cycle: Cycle, at: datetime) -> Cycle:
    """The box, its subscription locked, when changes are still possible."""
    subscription = locked(cycle.subscription)
    _must_live(subscription)
    cycle = Cycle.objects.select_related("subscription").get(pk=cycle.pk)
    if at >= cycle.cutoff_at:
        raise CutOffPassed(until=until_text(cycle.cutoff_at))
    return cycle


def open_boxes(subscription: Subscription, at: datetime) -> QuerySet[Cycle]:
    """The boxes that may still be changed, in order."""
    states = (CycleState.SCHEDULED, CycleState.SKIPPED)
    return subscription.cycles.filter(state__in=states, cutoff_at__gt=at).order_by("number")


def next_open(subscription: Subscription, at: datetime) -> Cycle:
    """The first box that a change of price or calendar would touch; refuses while an earlier one is being prepared."""
    if subscription.state != SubscriptionState.ACTIVE:
        raise CannotChange(state=subscription.get_state_display())
    must_not_be_prepared(subscription, at)
    found = open_boxes(subscription, at).filter(state=CycleState.SCHEDULED).first()
    if found is None:
        raise NothingLeftToCome
    return found


def must_not_be_prepared(subscription: Subscription, at: datetime) -> None:
    """Refuse while a box is past its cut-off and not billed yet; one that waits for consent holds nothing up."""
    if subscription.parked_why:
        return
    waiting = subscription.cycles.filter(state=CycleState.SCHEDULED, cutoff_at__lte=at, bill_on__gte=kst_date(at))
    box = waiting.order_by("number").first()
    if box:
        raise BoxBeingPrepared(day=kdate(box.deliver_on), bill_on=kdate(box.bill_on))


def _must_live(subscription: Subscription) -> None:
    if subscription.state in GONE:
        raise CannotChange(state=subscription.get_state_display())


def _must_not_be_prepaid(subscription: Subscription) -> None:
    if PrepaidTerm.objects.filter(subscription=subscription, followed_at=None).exists():
        raise PrepaidStands


def _must_be_mine(subscription: Subscription, address: Address) -> None:
    if address.resident_id != subscription.resident_id:
        raise NoAddress


def _stored(wish: Wish | None) -> Wish | None:
    if wish is not None:
        wish.save(force_insert=True)
    return wish


def _save(
    subscription: Subscription, kind: ChangeKind, by: Actor, at: datetime, why: str, **values: Any
) -> Subscription:
    """Write fields that stand alone, and what changed."""
    _must_live(subscription)
    with recorded(subscription, kind, by=by, at=at, why=why):
        for name, value in values.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=list(values))
    return subscription


def _date_anew(subscription: Subscription, first: int) -> None:
    """Give the unbilled boxes from number `first` on the days of the present course; those beyond the term are gone."""
    course = subscription.course(day_book())
    rows = subscription.cycles.filter(number__gte=first, order=None).order_by("number")
    boxes = list(rows.filter(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED)))
    for box in boxes:
        date_cycle(box, course.dates(box.number))
    beyond = [box.pk for box in boxes if subscription.ends_on and box.starts_on >= subscription.ends_on]
    Cycle.objects.filter(pk__in=beyond).delete()
    Cycle.objects.bulk_update([box for box in boxes if box.pk not in beyond], DATED)


def _agree_anew(subscription: Subscription, plan: Plan, first: Cycle, at: datetime) -> None:
    """Keep what the resident agreed to by the change: the price of today, from the next box on."""
    edition = current_edition(plan.bundle, kst_date(at))
    if edition is None:
        raise NotOffered(bundle=plan.bundle)
    Agreement.objects.create(
        subscription=subscription,
        amount=plan_price(plan, edition, subscription.quantity).total,
        discount_bp=plan.discount_bp,
        from_on=first.bill_on,
        agreed_at=at,
        agreed_by=AgreedBy.CHANGE,
    )
