"""Joining: one agreement, one subscription, however often the button is pressed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from bundles.plans.calendar import term_ends_on
from bundles.plans.errors import NotOffered
from bundles.plans.models import Plan
from bundles.plans.queries import course_of, current_edition, day_book, plan_price, prepaid_term
from bundles.plans.rules import Price
from bundles.plans.terms import Prepaid
from bundles.subscriptions.actions.cycles import ensure_cycles
from bundles.subscriptions.errors import NoAddress, NoMethod, PriceHasChanged
from bundles.subscriptions.models import Agreement, PrepaidTerm, Subscription
from core.actor import Actor
from core.clock import kst_date
from core.state import Transition
from malls.customers.models import Address, Resident
from malls.payments.models import PaymentMethod


def subscribe(
    resident: Resident,
    plan: Plan,
    *,
    address: Address | None,
    method: PaymentMethod | None,
    agreed_amount: int,
    request_key: str,
    by: Actor,
    at: datetime,
    quantity: int = 1,
) -> Subscription:
    """Make a subscription that waits for its first charge. The same `request_key` gives the same subscription.

    `agreed_amount` is what the resident saw and agreed to: the won per delivery, or of a whole term paid in advance.
    Another price is refused.
    """
    before = Subscription.objects.filter(request_key=request_key, resident=resident).first()
    if before:
        return before
    price, term = price_now(plan, agreed_amount, at, quantity)
    if address is None or address.resident_id != resident.pk:
        raise NoAddress
    if method is None or method.resident_id != resident.pk or method.removed_at:
        raise NoMethod
    draft = Subscription(
        resident=resident,
        plan=plan,
        quantity=quantity,
        address=address,
        method=method,
        request_key=request_key,
        anchor_on=kst_date(at),
        ends_on=term_ends_on(kst_date(at), plan.term_months),
        subscribed_at=at,
    )
    try:
        return begin(draft, price, by, at, term)
    except IntegrityError:  # the second of two clicks at the same moment
        return Subscription.objects.get(request_key=request_key, resident=resident)


def price_now(plan: Plan, agreed_amount: int, at: datetime, quantity: int) -> tuple[Price, Prepaid | None]:
    """The price as it is now, and the term when that is paid in advance; refuses when it is not what was agreed to."""
    edition = current_edition(plan.bundle, kst_date(at))
    if edition is None or not plan.is_offered or not plan.bundle.is_listed:
        raise NotOffered(bundle=plan.bundle)
    price = plan_price(plan, edition, quantity)
    term = prepaid_term(plan, edition, course_of(plan, kst_date(at), day_book()), quantity)
    now = term.total if term else price.total
    if now != agreed_amount:
        raise PriceHasChanged(agreed=f"{agreed_amount:,}", now=f"{now:,}")
    return price, term


@transaction.atomic
def begin(draft: Subscription, price: Price, by: Actor, at: datetime, term: Prepaid | None = None) -> Subscription:
    """Store a subscription with its first agreement, its term if that is paid in advance, and its boxes."""
    draft.save(force_insert=True)
    if term:
        PrepaidTerm.objects.create(subscription=draft, boxes=term.boxes, listed=term.listed, amount=term.total)
    Agreement.objects.create(
        subscription=draft,
        amount=term.parts[0] if term else price.total,
        discount_bp=draft.plan.discount_bp,
        from_on=draft.anchor_on,
        agreed_at=at,
    )
    ensure_cycles([draft.pk], draft.anchor_on)
    Transition.objects.create(
        thing="subscriptions.Subscription", thing_id=draft.pk, before="", after=draft.state, at=at,
        by_kind=by.kind, by_name=by.name, by_user_id=by.user_id,
    )  # fmt: skip
    return draft
