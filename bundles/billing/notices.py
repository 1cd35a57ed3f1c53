"""What residents are told about paying: before, when it went well, when not, and what mends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bundles.billing.drafts import agreements_of
from bundles.billing.links import payment_path
from bundles.boxes.models import Consent
from bundles.plans.queries import current_editions
from bundles.plans.rules import price_of
from bundles.subscriptions.actions import Rise
from bundles.subscriptions.effects import until_text
from bundles.subscriptions.links import consent_path, skip_path
from bundles.subscriptions.models import Agreement, Cycle, CycleState, Parked, Subscription, SubscriptionState
from core.clock import kst_date
from malls.notices.kinds import Facts, Form, Kind, Variable
from malls.payments.actions.methods import reason_of
from malls.payments.models import Charge, ChargeState
from ui.templatetags.ui import kdate

AHEAD = timedelta(days=3)
BILLED = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)
RESIDENT = "subscription__resident"
PAID = (CycleState.ORDERED, CycleState.FULFILLED)
PREPAID = Q(subscription__prepaid__isnull=False, subscription__prepaid__followed_at=None)

PAGE, BOX, SKIP = "/my/subscriptions/1/", "/my/boxes/1/", "/links/skip/…/"
BUNDLE = Variable("bundle", gettext_lazy("bundle"), "첫 장독 상자")
UNTIL = Variable("until", gettext_lazy("can be changed until"), "1월 14일 (목)")
CHANGE = Variable("link", gettext_lazy("page on which it is changed"), BOX, Form.LINK, is_needed=True)
SKIPPING = Variable("skip_link", gettext_lazy("page on which it is skipped"), SKIP, Form.LINK, is_needed=True)
DELIVER_ON = Variable("deliver_on", gettext_lazy("delivery day"), "2027-01-20", Form.DAY)
CARD = Variable("card", gettext_lazy("card"), "visa •••• 4242")
LINK = Variable("link", gettext_lazy("page of the subscription"), PAGE, Form.LINK)


def _open_boxes(at: datetime) -> QuerySet[Cycle]:
    """Boxes to come that may still be changed."""
    rows = Cycle.objects.filter(
        state=CycleState.SCHEDULED, cutoff_at__gt=at, subscription__state__in=BILLED, subscription__parked_why=""
    )
    return rows.select_related("subscription__plan__bundle")


def coming_boxes(at: datetime) -> QuerySet[Cycle]:
    """Boxes that are to be billed and may still be changed."""
    mine = Agreement.objects.filter(subscription=OuterRef("subscription"), from_on__lte=OuterRef("bill_on"))
    chosen = Consent.objects.filter(cycle=OuterRef("pk")).order_by("-pk")
    return (
        _open_boxes(at)
        .exclude(PREPAID)
        .annotate(
            agreed=Subquery(mine.order_by("-from_on", "-pk").values("amount")[:1]),
            extra=Coalesce(Subquery(chosen.values("extra")[:1]), 0),
        )
    )


def boxes_told_ahead(at: datetime) -> QuerySet[Cycle]:
    """Coming boxes whose time for changes ends within three days."""
    return coming_boxes(at).filter(cutoff_at__lte=at + AHEAD)


def coming(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:
    """Days, the most that is charged (nothing above it ever is), and where it is changed or skipped."""
    return {
        box.pk: {
            **_ahead(box, at),
            "bill_on": box.bill_on.isoformat(),
            "most": box.agreed + box.extra,  # type: ignore[attr-defined]  # annotated
        }
        for box in boxes
    }


def coming_paid_boxes(at: datetime) -> QuerySet[Cycle]:
    """Boxes that are paid in advance and may still be changed."""
    return _open_boxes(at).filter(PREPAID)


def paid_boxes_told_ahead(at: datetime) -> QuerySet[Cycle]:
    """Those of them whose time for changes ends within three days."""
    return coming_paid_boxes(at).filter(cutoff_at__lte=at + AHEAD)


def coming_paid(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:
    """Days, and where it is changed or skipped."""
    return {box.pk: _ahead(box, at) for box in boxes}


def _ahead(box: Cycle, at: datetime) -> dict[str, object]:
    """The page of the box waits behind the log-in; skipping needs none."""
    return {
        **_box(box),
        "link": reverse("my-box", args=[box.pk]),
        "deliver_on": box.deliver_on.isoformat(),
        "until": until_text(box.cutoff_at),
        "skip_link": skip_path(box, at),
    }


def paid_boxes(at: datetime) -> QuerySet[Cycle]:  # noqa: ARG001  a kind's shape
    """Boxes whose order was charged."""
    rows = Cycle.objects.filter(state__in=PAID, order__charges__state=ChargeState.SUCCEEDED)
    charge, method = "order__charges", "order__charges__method"
    return rows.select_related("subscription__plan__bundle").annotate(
        paid=F(f"{charge}__amount"), brand=F(f"{method}__brand"), last4=F(f"{method}__last4")
    )


def charged(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """What was paid with which card, and when the box arrives."""
    return {
        box.pk: {
            **_box(box),
            "amount": box.paid,  # type: ignore[attr-defined]  # annotated
            "card": _card(box),
            "deliver_on": box.deliver_on.isoformat(),
        }
        for box in boxes
    }


def failed_boxes(at: datetime) -> QuerySet[Cycle]:  # noqa: ARG001  a kind's shape
    """Boxes whose payment failed and is not mended."""
    last = Charge.objects.filter(order=OuterRef("order"), state=ChargeState.DECLINED).order_by("-attempt")
    return (
        Cycle.objects.filter(state=CycleState.FAILED)
        .select_related("subscription__plan__bundle")
        .annotate(brand=Subquery(last.values("method__brand")[:1]), last4=Subquery(last.values("method__last4")[:1]))
    )


def failed(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """Why, and what happens next."""
    return {
        box.pk: {
            **_box(box),
            "amount": box.amount,
            "card": _card(box),
            "reason": reason_of(box.last_decline),
            **_mended_by(box),
        }
        for box in boxes
    }


def _mended_by(box: Cycle) -> dict[str, object]:
    """What happens next; where the bank wants to hear from the card holder, the page that needs no log-in."""
    if box.needs_holder:
        return {"next": _("Please confirm it; without your word nothing is charged."), "link": payment_path(box)}
    return {"next": _next(box)}


def _next(box: Cycle) -> str:
    if box.next_try_on is None:
        return _("Please choose another card.")
    return _("We try again on %(next_try)s.") % {"next_try": kdate(box.next_try_on)}


def given_up_boxes(at: datetime) -> QuerySet[Cycle]:  # noqa: ARG001  a kind's shape
    """Boxes that were never paid, of subscriptions that pause because of it."""
    unpaid = Q(state=CycleState.CANCELLED, first_failed_on__isnull=False)
    paused = Q(subscription__state=SubscriptionState.PAUSED, subscription__paused_until=None)
    return Cycle.objects.filter(unpaid & paused).select_related("subscription__plan__bundle")


def given_up(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """The bundle and the page."""
    return {box.pk: _box(box) for box in boxes}


def dear_boxes(at: datetime) -> QuerySet[Cycle]:  # noqa: ARG001  a kind's shape
    """Boxes that wait for consent to a higher price."""
    rows = Cycle.objects.filter(state=CycleState.SCHEDULED, subscription__parked_why=Parked.PRICE)
    return rows.select_related("subscription__plan__bundle", "subscription__method")


def price_rose(boxes: Sequence[Cycle], at: datetime) -> Mapping[int, Facts]:
    """The page on which the consent is given; without logging in where it is the edition that became dearer."""
    on = kst_date(at)
    editions = current_editions([box.subscription.plan.bundle_id for box in boxes], on)
    agreements = agreements_of([box.subscription_id for box in boxes], on)
    told = {}
    for box in boxes:
        edition, agreed = editions.get(box.subscription.plan.bundle_id), agreements.get(box.subscription_id)
        facts = _box(box)
        if edition and agreed:
            now = price_of(edition.price, edition.shipping, agreed.discount_bp, box.subscription.quantity).total
            facts |= {"before": agreed.amount, "now": max(now, agreed.amount)}
            if now > agreed.amount:
                facts["link"] = _consent(box.subscription, agreed, now, at)
        told[box.pk] = facts
    return told


def _consent(subscription: Subscription, agreed: Agreement, now: int, at: datetime) -> str:
    rise = Rise(agreed.amount, now, agreed.discount_bp, kst_date(at), str(subscription.method))
    return consent_path(subscription, rise)


def _box(box: Cycle) -> dict[str, object]:
    subscription = box.subscription
    link = reverse("my-subscription", args=[subscription.pk])
    return {"bundle": subscription.plan.bundle.name, "link": link}


def _card(box: Cycle) -> str:
    brand, last4 = box.brand, box.last4  # type: ignore[attr-defined]  # annotated
    return f"{brand} •••• {last4}" if last4 else _("the card")


KINDS = (
    Kind(
        "coming", gettext_lazy("box that comes (3 days before its cut-off)"), coming_boxes, RESIDENT, coming,
        (
            BUNDLE, DELIVER_ON,
            Variable("bill_on", gettext_lazy("billing day"), "2027-01-15", Form.DAY, is_needed=True),
            Variable("most", gettext_lazy("the most that is charged"), 33_000, Form.WON, is_needed=True),
            UNTIL, CHANGE, SKIPPING,
        ),
        gettext_lazy("{{bundle}}: the next box comes on {{deliver_on}}"),
        gettext_lazy(
            "{{name}}, the box is charged on {{bill_on}}, at most {{most}}, and arrives on {{deliver_on}}. You can"
            " change or skip it until {{until}}.\n\nChange: {{link}}\nSkip: {{skip_link}}"
        ),
        finds=boxes_told_ahead,
    ),
    Kind(
        "coming_paid", gettext_lazy("box paid in advance that comes (3 days before its cut-off)"), coming_paid_boxes,
        RESIDENT, coming_paid, (BUNDLE, DELIVER_ON, UNTIL, CHANGE, SKIPPING),
        gettext_lazy("{{bundle}}: the next box comes on {{deliver_on}}"),
        gettext_lazy(
            "{{name}}, the next box is paid already and arrives on {{deliver_on}}. You can change or skip it until"
            " {{until}}.\n\nChange: {{link}}\nSkip: {{skip_link}}"
        ),
        finds=paid_boxes_told_ahead,
    ),
    Kind(
        "charged", gettext_lazy("charged"), paid_boxes, RESIDENT, charged,
        (BUNDLE, Variable("amount", gettext_lazy("amount"), 33_000, Form.WON, is_needed=True), CARD, DELIVER_ON, LINK),
        gettext_lazy("{{bundle}}: {{amount}} was paid"),
        gettext_lazy("{{name}}, {{amount}} was paid with {{card}}. The box arrives on {{deliver_on}}.\n\n{{link}}"),
    ),
    Kind(
        "failed", gettext_lazy("payment failed"), failed_boxes, RESIDENT, failed,
        (
            BUNDLE, Variable("amount", gettext_lazy("amount"), 33_000, Form.WON), CARD,
            Variable("reason", gettext_lazy("reason"), "잔액이 모자라요", is_needed=True),
            Variable("next", gettext_lazy("what happens next"), "1월 16일 (토)에 다시 시도해요.", is_needed=True),
            Variable("link", gettext_lazy("page that mends it"), PAGE, Form.LINK, is_needed=True),
        ),
        gettext_lazy("{{bundle}}: the payment failed"),
        gettext_lazy("{{name}}, the payment with {{card}} failed: {{reason}}. {{next}}\n\n{{link}}"),
    ),
    Kind(
        "given_up", gettext_lazy("paused after failed payments"), given_up_boxes, RESIDENT, given_up, (BUNDLE, LINK),
        gettext_lazy("{{bundle}}: the subscription is paused"),
        gettext_lazy(
            "{{name}}, the payment did not go through until today, so we paused the subscription. Nothing was charged."
            " With another card you can go on whenever you like.\n\n{{link}}"
        ),
    ),
    Kind(
        "price_rose", gettext_lazy("consent to a new price needed"), dear_boxes, RESIDENT, price_rose,
        (
            BUNDLE, Variable("before", gettext_lazy("price agreed until now"), 33_000, Form.WON),
            Variable("now", gettext_lazy("new price"), 35_000, Form.WON),
            Variable("link", gettext_lazy("page of the consent"), "/links/price/…/", Form.LINK, is_needed=True),
        ),
        gettext_lazy("{{bundle}}: please look at the new price"),
        gettext_lazy(
            "{{name}}, the price is higher than what you agreed to. We charge nothing until you agree to it. You can"
            " also cancel here.\n\n{{link}}"
        ),
    ),
)  # fmt: skip
