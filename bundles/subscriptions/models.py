"""Subscriptions and their cycles: rows, never recomputed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bundles.plans.models import Edition, Plan
from core.money import BasisPointsField, WonField
from core.state import Stateful
from malls.customers.models import Address, Resident
from malls.orders.models import Order
from malls.payments.models import PaymentMethod


class SubscriptionState(models.TextChoices):
    """A standing agreement's life."""

    PENDING = "pending", _("pending")
    ACTIVE = "active", pgettext_lazy("subscription", "active")
    PAUSED = "paused", _("paused")
    PAST_DUE = "past_due", _("payment overdue")
    CANCELLED = "cancelled", _("left")
    ENDED = "ended", _("ended")


class Subscription(Stateful):
    """A resident's agreement to a plan. The agreed price is the most that a cycle may charge without new consent.

    Cycles are counted from `anchor_on` (31 → 28 → 31).
    """

    MOVES = {
        SubscriptionState.PENDING: {SubscriptionState.ACTIVE, SubscriptionState.CANCELLED},
        SubscriptionState.ACTIVE: {
            SubscriptionState.PAUSED, SubscriptionState.PAST_DUE, SubscriptionState.CANCELLED, SubscriptionState.ENDED,
        },
        SubscriptionState.PAUSED: {
            SubscriptionState.ACTIVE, SubscriptionState.CANCELLED, SubscriptionState.ENDED,
        },
        SubscriptionState.PAST_DUE: {
            SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.CANCELLED, SubscriptionState.ENDED,
        },
        SubscriptionState.CANCELLED: {SubscriptionState.ACTIVE},  # taken back before the next billing day
        SubscriptionState.ENDED: set(),
    }  # fmt: skip

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="subscriptions", verbose_name=_("resident"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions", verbose_name=_("plan"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    address = models.ForeignKey(Address, models.PROTECT, related_name="+", verbose_name=_("address"))
    method = models.ForeignKey(PaymentMethod, models.PROTECT, related_name="+", verbose_name=_("payment method"))
    state = models.CharField(_("state"), max_length=10, choices=SubscriptionState, default=SubscriptionState.PENDING)
    request_key = models.CharField(max_length=64, unique=True)
    anchor_on = models.DateField(_("first billing day"))
    ends_on = models.DateField(_("end of term"), null=True, blank=True)
    subscribed_at = models.DateTimeField(_("subscribed at"))
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    parked_why = models.CharField(_("parked because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("-id",)
        indexes = (models.Index(fields=["state"], name="subscription_state"),)

    def __str__(self) -> str:
        return f"{self.resident} · {self.plan}"


class Agreement(models.Model):
    """The resident's consent to a price per cycle from a day on (전자상거래법 §13⑥: a rise needs a new one)."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="agreements")
    amount = WonField(_("agreed amount per delivery"))
    discount_bp = BasisPointsField(_("term discount"), default=0)
    from_on = models.DateField(_("from"))
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("subscription", "from_on", "pk")

    def __str__(self) -> str:
        return f"{self.subscription}: {self.amount}"


class CycleState(models.TextChoices):
    """One interval's way from the calendar to the door."""

    SCHEDULED = "scheduled", pgettext_lazy("cycle", "scheduled")
    SKIPPED = "skipped", _("skipped")
    DUE = "due", _("due")
    FAILED = "failed", _("payment failed")
    ORDERED = "ordered", _("ordered")
    FULFILLED = "fulfilled", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class SkippedFor(models.TextChoices):
    """Why a cycle was left out."""

    BOX = "box", _("one box skipped")
    PAUSE = "pause", _("paused")


class Cycle(Stateful):
    """The n-th billed interval `[starts_on, ends_on)` of a subscription. It is billed on `bill_on`.

    Changes are possible until the end of the day before `bill_on`. `edition`, `amount` and `order` are set when billed.
    """

    MOVES = {
        CycleState.SCHEDULED: {CycleState.DUE, CycleState.SKIPPED, CycleState.CANCELLED},
        CycleState.SKIPPED: {CycleState.SCHEDULED, CycleState.CANCELLED},
        CycleState.DUE: {CycleState.ORDERED, CycleState.FAILED, CycleState.CANCELLED},
        CycleState.FAILED: {CycleState.DUE, CycleState.ORDERED, CycleState.CANCELLED},
        CycleState.ORDERED: {CycleState.FULFILLED},
        CycleState.FULFILLED: set(),
        CycleState.CANCELLED: {CycleState.SCHEDULED},  # a cancellation taken back before the billing day
    }

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    bill_on = models.DateField(_("billing day"))
    ship_on = models.DateField(_("shipping day"))
    deliver_on = models.DateField(_("delivery day"))
    state = models.CharField(_("state"), max_length=10, choices=CycleState, default=CycleState.SCHEDULED)
    skipped_for = models.CharField(_("skipped because"), max_length=5, choices=SkippedFor, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    amount = WonField(_("amount"))
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="cycle")
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    first_failed_on = models.DateField(_("first failed on"), null=True, blank=True)
    next_try_on = models.DateField(_("next try on"), null=True, blank=True)
    last_decline = models.CharField(_("last decline"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ("subscription", "number")
        indexes = (models.Index(fields=["state", "bill_on"], name="cycle_state_bill"),)
        constraints = (
            models.UniqueConstraint(fields=("subscription", "number"), name="cycle_number"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="cycle_interval"),
        )

    def __str__(self) -> str:
        return f"{self.subscription} #{self.number}"
