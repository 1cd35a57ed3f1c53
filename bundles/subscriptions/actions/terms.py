"""The end of a term: another one follows when the resident asked for it, else the subscription ends."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from bundles.plans.queries import day_book
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.actions.cycles import COUNTED, OPEN, ensure_cycles
from bundles.subscriptions.actions.prepaid import go_on_per_box
from bundles.subscriptions.actions.recording import recorded
from bundles.subscriptions.models import ChangeKind, Cycle, Subscription, SubscriptionState
from core.actor import SYSTEM
from core.clock import kst_date
from core.state import move_many

RENEW_AHEAD = timedelta(days=14)
"""A renewed term is written down so long before the old one ends that its first box may still be changed."""


def end_terms(*, at: datetime) -> int:
    """Renew terms that shall go on; end those that are over and whose boxes are all decided; the number ended."""
    renew_terms(at=at)
    over = Subscription.objects.filter(state__in=COUNTED, ends_on__lte=kst_date(at))
    done = over.exclude(Exists(Cycle.objects.filter(subscription=OuterRef("pk"), state__in=OPEN)))
    return len(move_many(Subscription, list(done), SubscriptionState.ENDED, by=SYSTEM, at=at))


def renew_terms(*, at: datetime) -> int:
    """Let another term of the same length follow where the resident asked for it; the number renewed."""
    near = Subscription.objects.filter(state__in=COUNTED, renews=True, ends_on__lte=kst_date(at) + RENEW_AHEAD)
    pks = list(near.order_by("pk").values_list("pk", flat=True))
    return sum(_renew(Subscription(pk=pk), at) for pk in pks)


@transaction.atomic
def _renew(subscription: Subscription, at: datetime) -> bool:
    """The next term begins with the first box after the old one."""
    subscription = locked(subscription)
    last = subscription.cycles.filter(starts_on__lt=F("subscription__ends_on")).order_by("-number").first()
    if not subscription.renews or last is None:
        return False
    course = subscription.course(day_book())
    with recorded(subscription, ChangeKind.RENEWED, by=SYSTEM, at=at):
        go_on_per_box(subscription, at=at)
        subscription.ends_on = course.term_ends_on(last.number + 1, subscription.plan.term_months)
        subscription.save(update_fields=["ends_on"])
        ensure_cycles([subscription.pk], kst_date(at))
    return True
