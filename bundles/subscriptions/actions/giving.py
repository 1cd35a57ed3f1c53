"""Gifts: one pays, another receives. It ends by itself after the boxes that were given; nothing renews."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from bundles.plans.errors import NotOffered
from bundles.plans.models import Plan
from bundles.plans.queries import course_of, day_book
from bundles.subscriptions.actions.changing import GONE, locked
from bundles.subscriptions.actions.joining import begin, price_now
from bundles.subscriptions.errors import BadGift, CannotChange, NoMethod
from bundles.subscriptions.models import Change, ChangeKind, Gift, Subscription
from core.actor import Actor
from core.clock import kst_date
from malls.customers.models import Resident
from malls.payments.models import PaymentMethod

MOST_GIVEN = 24
LATEST_START = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gift goes: who receives it, the mobile phone, and the address."""

    recipient: str
    phone: str
    postcode: str
    line1: str
    line2: str = ""


@dataclass(frozen=True, slots=True)
class Giving:
    """What is given: how many boxes, from which Korean day on, with which words; an e-mail is optional."""

    boxes: int
    start_on: date
    message: str = ""
    email: str = ""


def give(
    payer: Resident,
    plan: Plan,
    place: Place,
    giving: Giving,
    *,
    method: PaymentMethod | None,
    agreed_amount: int,
    request_key: str,
    by: Actor,
    at: datetime,
) -> Subscription:
    """Make a gift whose boxes are charged to the payer one by one. The same `request_key` gives the same gift.

    `agreed_amount` is the won of each box. Only plans without a term can be given: the boxes are counted instead.
    """
    before = Subscription.objects.filter(request_key=request_key, resident=payer).first()
    if before:
        return before
    if plan.term_months:
        raise NotOffered(bundle=plan.bundle)
    price, _term = price_now(plan, agreed_amount, at, 1)
    today = kst_date(at)
    if method is None or method.resident_id != payer.pk or method.removed_at:
        raise NoMethod
    if not 1 <= giving.boxes <= MOST_GIVEN or not today <= giving.start_on <= today + LATEST_START:
        raise BadGift(most=MOST_GIVEN, first=f"{today:%Y-%m-%d}", last=f"{today + LATEST_START:%Y-%m-%d}")
    draft = Subscription(
        resident=payer, plan=plan, method=method, request_key=request_key, anchor_on=giving.start_on, subscribed_at=at,
        ends_on=course_of(plan, giving.start_on, day_book()).dates(giving.boxes + 1).starts_on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = begin(draft, price, by, at)
            Gift.objects.create(
                subscription=made, boxes=giving.boxes, message=giving.message, email=giving.email,
                recipient=place.recipient, phone=place.phone, postcode=place.postcode, line1=place.line1,
                line2=place.line2,
            )  # fmt: skip
    except IntegrityError:  # the second of two clicks at the same moment
        return Subscription.objects.get(request_key=request_key, resident=payer)
    return made


@transaction.atomic
def change_gift_address(subscription: Subscription, place: Place, *, by: Actor, at: datetime) -> Gift:
    """Send a gift elsewhere from the next order on. The payer learns that it was changed, not where it goes."""
    subscription = locked(subscription)
    if subscription.state in GONE:
        raise CannotChange(state=subscription.get_state_display())
    gift = Gift.objects.get(subscription=subscription)
    if place == place_of(gift):
        return gift
    for name in Place.__slots__:
        setattr(gift, name, getattr(place, name))
    gift.save(update_fields=list(Place.__slots__))
    Change.objects.create(
        subscription=subscription, kind=ChangeKind.GIFT_ADDRESS, made_at=at,
        by_kind=by.kind, by_name=by.name, by_user_id=by.user_id,
    )  # fmt: skip
    return gift


def place_of(gift: Gift) -> Place:
    """Where it goes now."""
    return Place(gift.recipient, gift.phone, gift.postcode, gift.line1, gift.line2)
