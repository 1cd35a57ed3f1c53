"""What residents are told about their subscriptions: that they end, that they were left, that a card grows old."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bundles.subscriptions.actions.cycles import LIVE
from bundles.subscriptions.models import Change, ChangeKind, Cycle, CycleState, Subscription, SubscriptionState
from core.clock import kst_date
from malls.notices.kinds import Facts, Form, Kind, Variable
from malls.payments.models import PaymentMethod

RESIDENT = "subscription__resident"
LOOKS_BACK = timedelta(days=14)
"""Ends older than this are no news."""
BEFORE_BILLING = timedelta(days=14)
GOING = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)

BUNDLE = Variable("bundle", gettext_lazy("bundle"), "첫 장독 상자")
LINK = Variable("link", gettext_lazy("page of the subscription"), "/my/subscriptions/1/", Form.LINK)
CARD = Variable("card", gettext_lazy("card"), "visa •••• 4242", is_needed=True)
CARDS = Variable(
    "link", gettext_lazy("page on which the card is replaced"), "/my/payment-methods/", Form.LINK, is_needed=True
)
VALID = Variable("valid", gettext_lazy("month and year of expiry"), "12/2026", is_needed=True)


def ended_ones(at: datetime) -> QuerySet[Subscription]:  # noqa: ARG001  a kind's shape
    """Subscriptions whose term is over."""
    return Subscription.objects.filter(state=SubscriptionState.ENDED).select_related("plan__bundle")


def lately_ended(at: datetime) -> QuerySet[Subscription]:
    """Those of the last days."""
    return ended_ones(at).filter(ends_on__gte=kst_date(at) - LOOKS_BACK)


def ended(subscriptions: Sequence[Subscription], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """The bundle, its page and the last day."""
    return {
        one.pk: {
            "bundle": one.plan.bundle.name,
            "ends_on": one.ends_on.isoformat() if one.ends_on else "",
            "link": reverse("bundle", args=[one.plan.bundle.slug]),
        }
        for one in subscriptions
    }


def cancellations(at: datetime) -> QuerySet[Change]:  # noqa: ARG001  a kind's shape
    """Changes by which a subscription was left and not come back to."""
    left = Change.objects.filter(kind=ChangeKind.LEAVE, undone_by=None, subscription__state=SubscriptionState.CANCELLED)
    return left.select_related("subscription__plan__bundle")


def cancellations_at_end(at: datetime) -> QuerySet[Change]:  # noqa: ARG001  a kind's shape
    """Changes by which a subscription was let end by itself and that stand."""
    left = Change.objects.filter(
        kind=ChangeKind.LEAVE_AT_END, undone_by=None, subscription__state__in=LIVE, subscription__renews=False
    )
    return left.filter(subscription__ends_on__isnull=False).select_related("subscription__plan__bundle")


def lately_cancelled(at: datetime) -> QuerySet[Change]:
    """Cancellations of the last days."""
    return cancellations(at).filter(made_at__gte=at - LOOKS_BACK)


def lately_cancelled_at_end(at: datetime) -> QuerySet[Change]:
    """Cancellations for the end of the last days."""
    return cancellations_at_end(at).filter(made_at__gte=at - LOOKS_BACK)


def left(changes: Sequence[Change], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """When, and what it means, as it was shown before."""
    return {
        one.pk: {
            "bundle": one.subscription.plan.bundle.name,
            "left_on": kst_date(one.made_at).isoformat(),
            "ends_on": one.subscription.ends_on.isoformat() if one.subscription.ends_on else "",
            "meaning": "\n".join(one.told),
            "link": reverse("my-subscription", args=[one.subscription_id]),
        }
        for one in changes
    }


def cards_in_use(at: datetime) -> QuerySet[PaymentMethod]:  # noqa: ARG001  a kind's shape
    """Cards that pay a living subscription."""
    paid = Subscription.objects.filter(method=OuterRef("pk"), state__in=LIVE)
    return PaymentMethod.objects.filter(Exists(paid), removed_at=None)


def cards_that_expire(at: datetime) -> QuerySet[PaymentMethod]:
    """Those that expire with this month or the next one."""
    months = ExpressionWrapper(F("exp_year") * 12 + F("exp_month"), output_field=IntegerField())
    today = kst_date(at)
    present = today.year * 12 + today.month
    return cards_in_use(at).annotate(months=months).filter(months__gte=present, months__lte=present + 1)


def card_expires(cards: Sequence[PaymentMethod], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """The card and where it is replaced."""
    return {card.pk: _card(card) for card in cards}


def boxes_after_expiry(at: datetime) -> QuerySet[Cycle]:  # noqa: ARG001  a kind's shape
    """Next boxes that are billed when their card is over."""
    earlier = Cycle.objects.filter(
        subscription=OuterRef("subscription"), number__lt=OuterRef("number"), state=CycleState.SCHEDULED
    )
    expiry = F("subscription__method__exp_year") * 12 + F("subscription__method__exp_month")
    billed = ExtractYear("bill_on") * 12 + ExtractMonth("bill_on")
    rows = Cycle.objects.filter(~Exists(earlier), state=CycleState.SCHEDULED, subscription__state__in=GOING)
    return rows.annotate(
        over=ExpressionWrapper(billed - expiry, output_field=IntegerField())
    ).filter(over__gt=0).select_related("subscription__method", "subscription__plan__bundle")  # fmt: skip


def boxes_soon_after_expiry(at: datetime) -> QuerySet[Cycle]:
    """Those that are billed within two weeks."""
    return boxes_after_expiry(at).filter(bill_on__lte=kst_date(at) + BEFORE_BILLING)


def card_over(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """The card, and the day on which it cannot pay."""
    return {
        box.pk: {
            **_card(box.subscription.method),
            "bundle": box.subscription.plan.bundle.name,
            "bill_on": box.bill_on.isoformat(),
        }
        for box in boxes
    }


def _card(card: PaymentMethod) -> dict[str, object]:
    link = reverse("my-payment-methods")
    return {"card": str(card), "valid": f"{card.exp_month}/{card.exp_year}", "link": link}


MEANING = Variable("meaning", gettext_lazy("what it means"), "다음 상자부터 오지 않아요.", is_needed=True)
ENDS_ON = Variable("ends_on", gettext_lazy("end of term"), "2027-03-01", Form.DAY)
KINDS = (
    Kind(
        "ended", gettext_lazy("term over"), ended_ones, "resident", ended,
        (BUNDLE, ENDS_ON, Variable("link", gettext_lazy("page of the bundle"), "/bundles/b/", Form.LINK)),
        gettext_lazy("{{bundle}}: the subscription has ended"),
        gettext_lazy(
            "{{name}}, the term was over on {{ends_on}}. No further box comes and nothing is charged any more. You can"
            " subscribe again here.\n\n{{link}}"
        ),
        finds=lately_ended,
    ),
    Kind(
        "left", gettext_lazy("cancelled"), cancellations, RESIDENT, left,
        (BUNDLE, Variable("left_on", gettext_lazy("cancelled on"), "2026-12-20", Form.DAY), MEANING, LINK),
        gettext_lazy("{{bundle}}: the subscription is cancelled"),
        gettext_lazy("{{name}}, you cancelled on {{left_on}}.\n{{meaning}}\n\n{{link}}"),
        finds=lately_cancelled,
    ),
    Kind(
        "leaving", gettext_lazy("cancelled for the end"), cancellations_at_end, RESIDENT, left,
        (BUNDLE, Variable("ends_on", gettext_lazy("end of term"), "2027-03-01", Form.DAY, is_needed=True), LINK),
        gettext_lazy("{{bundle}}: the subscription ends on {{ends_on}}"),
        gettext_lazy("{{name}}, the subscription ends on {{ends_on}} and does not go on after that.\n\n{{link}}"),
        finds=lately_cancelled_at_end,
    ),
    Kind(
        "card_expires", gettext_lazy("card expires soon"), cards_in_use, "resident", card_expires, (CARD, VALID, CARDS),
        gettext_lazy("{{card}} is valid until {{valid}} only"),
        gettext_lazy(
            "{{name}}, {{card}}, which pays your subscription, is valid until {{valid}}. Please replace it, so that"
            " your boxes go on coming.\n\n{{link}}"
        ),
        finds=cards_that_expire,
    ),
    Kind(
        "card_over", gettext_lazy("card expired before the next payment"), boxes_after_expiry, RESIDENT, card_over,
        (
            BUNDLE, CARD, VALID, CARDS,
            Variable("bill_on", gettext_lazy("billing day"), "2027-01-15", Form.DAY, is_needed=True),
        ),
        gettext_lazy("{{bundle}}: the card cannot pay on {{bill_on}}"),
        gettext_lazy(
            "{{name}}, the next box is charged on {{bill_on}}, but {{card}} is valid until {{valid}} only. Please"
            " replace it before.\n\n{{link}}"
        ),
        finds=boxes_soon_after_expiry,
    ),
)  # fmt: skip
