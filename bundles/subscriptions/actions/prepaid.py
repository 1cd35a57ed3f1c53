"""What happens to a term paid in advance: it is left, or goes on box by box (docs/rules/terms.md)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bundles.plans.errors import NotOffered
from bundles.plans.queries import current_edition, plan_price
from bundles.subscriptions.models import AgreedBy, Agreement, PrepaidTerm, Subscription, SubscriptionState
from bundles.subscriptions.prepaid import ahead_of, following_plan
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from malls.payments.actions import end_prepayment, is_contested
from malls.payments.models import ChargeState

GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


def end_prepaid(subscription: Subscription, *, by: Actor, at: datetime) -> bool:
    """Give the rest of a left subscription's term back; whether there was one. The subscription is locked.

    While a bank holds the money nothing is given back: `settle_left` does it when that is decided.
    """
    term = PrepaidTerm.objects.select_related("prepayment").filter(subscription=subscription).first()
    ahead = ahead_of(term, at) if term else None
    if term is None or term.prepayment is None or ahead is None or is_contested(term.prepayment):
        return False
    reason = _("Left early: %(boxes)s boxes paid in advance do not come") % {"boxes": ahead.boxes}
    end_prepayment(term.prepayment, kept=ahead.leaving.kept, reason=reason, by=by, at=at)
    return True


def settle_left(*, at: datetime, by: Actor = SYSTEM) -> int:
    """Give back what is left of terms whose subscription was left while the money was asked for, or contested."""
    paid = PrepaidTerm.objects.filter(
        subscription__state__in=GONE, prepayment__ended_at=None, prepayment__parts__order=None,
        prepayment__order__charges__state=ChargeState.SUCCEEDED,
    )  # fmt: skip
    settled = 0
    for pk in paid.order_by("subscription").values_list("subscription", flat=True).distinct():
        with transaction.atomic():
            subscription = Subscription.objects.select_for_update().get(pk=pk)
            settled += subscription.state in GONE and end_prepaid(subscription, by=by, at=at)
    return settled


def agree_to_follow(subscription: Subscription, *, at: datetime) -> None:
    """Keep the consent to the price per box that follows the term."""
    plan, today = following_plan(subscription.plan), kst_date(at)
    edition = current_edition(plan.bundle, today)
    if edition is None:
        raise NotOffered(bundle=plan.bundle)
    Agreement.objects.create(
        subscription=subscription, amount=plan_price(plan, edition, subscription.quantity).total,
        discount_bp=plan.discount_bp, from_on=today, agreed_at=at, agreed_by=AgreedBy.CHANGE,
    )  # fmt: skip


def go_on_per_box(subscription: Subscription, *, at: datetime) -> None:
    """The term is nearly over and the resident wants to go on: from its last box on each is paid on its day."""
    term = PrepaidTerm.objects.filter(subscription=subscription, followed_at=None).first()
    if term is None:
        return
    subscription.plan = following_plan(subscription.plan)
    subscription.renews = False
    subscription.save(update_fields=["plan", "renews"])
    term.followed_at = at
    term.save(update_fields=["followed_at"])
