"""Subscriptions and their cycles: rows, never recomputed."""

from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bundles.plans.calendar import Course, DayBook
from bundles.plans.models import Edition, Plan
from bundles.plans.queries import course_of
from bundles.plans.terms import Prepaid
from core.money import BasisPointsField, Won, WonField
from core.state import Stateful
from malls.customers.models import Address, Resident
from malls.orders.models import Order
from malls.payments.models import PaymentMethod, Prepayment


class Window(models.TextChoices):
    """When the courier should come."""

    ANY = "any", _("any time")
    MORNING = "morning", _("9 to 12 h")
    AFTERNOON = "afternoon", _("12 to 18 h")
    EVENING = "evening", _("18 to 21 h")


class Place(models.TextChoices):
    """Where the courier should leave the box."""

    HANDS = "hands", _("hand it over")
    DOOR = "door", _("in front of the door")
    GUARD = "guard", _("at the guard's office")
    LOCKER = "locker", _("in the parcel locker")


class Wish(models.Model):
    """How a box should be handed over. Never changed: a change of mind is another wish. Hours are Korean, 0 to 24."""

    window = models.CharField(_("when"), max_length=9, choices=Window, default=Window.ANY)
    quiet_from = models.PositiveSmallIntegerField(_("no doorbell from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("no doorbell until"), null=True, blank=True)
    place = models.CharField(_("where to leave it"), max_length=6, choices=Place, default=Place.HANDS)
    note = models.CharField(_("note for the courier"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("delivery request")
        verbose_name_plural = _("delivery requests")
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__lt=F("quiet_until"), quiet_until__lte=24),
                name="wish_quiet_hours",
            ),
        )

    def __str__(self) -> str:
        """As it is printed on the parcel's label: at most 100 letters."""
        quiet = _("no doorbell %(from)s to %(until)s h") % {"from": self.quiet_from, "until": self.quiet_until}
        said = [
            str(self.get_window_display()) if self.window != Window.ANY else "",
            str(quiet) if self.quiet_until else "",
            str(self.get_place_display()),
            self.note,
        ]
        return ", ".join(filter(None, said))[:100]


class SubscriptionState(models.TextChoices):
    """A standing agreement's life."""

    PENDING = "pending", _("pending")
    ACTIVE = "active", pgettext_lazy("subscription", "active")
    PAUSED = "paused", _("paused")
    PAST_DUE = "past_due", _("payment overdue")
    CANCELLED = "cancelled", _("left")
    ENDED = "ended", _("ended")


class Parked(models.TextChoices):
    """Why a subscription waits for a person before it is billed again; kept in its `parked_why`."""

    PRICE = "price", _("the price rose above what was agreed")
    TWICE = "twice", _("two boxes would be charged on one day")
    MISMATCH = "mismatch", _("a payment was asked twice with different values")
    PREPAID = "prepaid", _("what was paid in advance is no longer there")


class Subscription(Stateful):
    """A resident's agreement to a plan. The agreed price is the most that a cycle may charge without new consent.

    Cycles are counted from `anchor_on` (31 → 28 → 31); after a change of cadence, cycle `counted_number` from
    `counted_from`. A term that `renews` is followed by another one. A gift goes to its recipient and has no address
    here. `wish` goes before the address's own request.
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
        # taken back before the next cut-off
        SubscriptionState.CANCELLED: {
            SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.PENDING,
        },
        SubscriptionState.ENDED: set(),
    }  # fmt: skip

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="subscriptions", verbose_name=_("resident"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions", verbose_name=_("plan"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    address = models.ForeignKey(
        Address, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    method = models.ForeignKey(PaymentMethod, models.PROTECT, related_name="+", verbose_name=_("payment method"))
    state = models.CharField(_("state"), max_length=10, choices=SubscriptionState, default=SubscriptionState.PENDING)
    request_key = models.CharField(max_length=64, unique=True)
    anchor_on = models.DateField(_("first billing day"))
    ends_on = models.DateField(_("end of term"), null=True, blank=True)
    counted_from = models.DateField(_("counted from"), null=True, blank=True)
    counted_number = models.SmallIntegerField(_("number counted from"), default=1)
    renews = models.BooleanField(_("renews after the term"), default=False)
    wish = models.ForeignKey(
        Wish, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delivery request")
    )
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
        permissions = (("act_for_resident", _("Can change subscriptions on a resident's behalf")),)

    def __str__(self) -> str:
        return f"{self.resident} · {self.plan}"

    def course(self, days: DayBook) -> Course:
        """How its boxes are counted, in a mall with these days of its own."""
        return course_of(self.plan, self.counted_from or self.anchor_on, days, self.counted_number)


class Gift(models.Model):
    """Whom a subscription is for, when its resident only pays: the recipient sees days and words, never an amount."""

    subscription = models.OneToOneField(Subscription, models.CASCADE, related_name="gift")
    boxes = models.PositiveSmallIntegerField(_("boxes given"))
    message = models.CharField(_("message"), max_length=200, blank=True)
    recipient = models.CharField(_("recipient"), max_length=60)
    phone = models.CharField(_("mobile phone"), max_length=20)
    email = models.EmailField(_("e-mail of the recipient"), blank=True)
    postcode = models.CharField(_("postcode"), max_length=5)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("detailed address"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")

    def __str__(self) -> str:
        return f"{self.recipient} {self.line1} {self.line2}".strip()


class PrepaidTerm(models.Model):
    """A term that is paid in advance, as its resident agreed to it; it is its subscription's first one.

    `listed` is the won of a delivery without the discount, `amount` what is paid for all `boxes`. `prepayment` is the
    money, once it was asked for. From `followed_at` on the subscription is paid box by box.
    """

    subscription = models.OneToOneField(Subscription, models.CASCADE, related_name="prepaid")
    boxes = models.PositiveSmallIntegerField(_("boxes"))
    listed = WonField(_("price of a delivery without discount"))
    amount = WonField(_("paid for the whole term"))
    prepayment = models.OneToOneField(Prepayment, models.PROTECT, null=True, related_name="term")
    followed_at = models.DateTimeField(_("goes on per box since"), null=True)

    class Meta:
        verbose_name = _("term paid in advance")
        verbose_name_plural = _("terms paid in advance")
        constraints = (
            models.CheckConstraint(
                condition=Q(boxes__gt=0, amount__gt=0, amount__lte=F("boxes") * F("listed")),
                name="prepaid_term_amounts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription}: {self.amount}"

    @property
    def whole(self) -> Prepaid:
        """Its sums."""
        return Prepaid(self.boxes, Won(self.listed), Won(self.amount))


class AgreedBy(models.TextChoices):
    """How a resident agreed to a price."""

    JOINING = "joining", _("joining")
    CHANGE = "change", _("own change")
    PAGE = "page", _("consent in my page")
    LINK = "link", _("consent by link")


class Agreement(models.Model):
    """The resident's consent to a price per cycle from a day on (전자상거래법 §13⑥: a rise needs a new one).

    `amount` is for the whole quantity with its discount and shipping. The newest that has begun is in force. A consent
    to a rise is given at most 30 days before `from_on` and keeps what was shown: the price before and the card.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="agreements")
    amount = WonField(_("agreed amount per delivery"))
    discount_bp = BasisPointsField(_("term discount"), default=0)
    from_on = models.DateField(_("from"))
    agreed_at = models.DateTimeField(_("agreed at"))
    agreed_by = models.CharField(_("agreed by"), max_length=7, choices=AgreedBy, default=AgreedBy.JOINING)
    amount_before = WonField(_("amount before"), null=True, default=None)
    card = models.CharField(_("card shown"), max_length=60, blank=True)

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


HOLDER = "authentication_required"
"""Why a payment fails when the bank wants its card holder's word."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a box goes and how it should be handed over, as an order keeps it."""

    recipient: str
    phone: str
    postcode: str
    line1: str
    line2: str
    request: str


class Cycle(Stateful):
    """The n-th billed interval `[starts_on, ends_on)` of a subscription. It is billed on `bill_on`.

    Changes are possible until `cutoff_at`. `edition`, `amount` and `order` are set when billed. `address` and `wish`,
    where given, hold for this box alone.
    """

    MOVES = {
        CycleState.SCHEDULED: {CycleState.DUE, CycleState.SKIPPED, CycleState.CANCELLED},
        CycleState.SKIPPED: {CycleState.SCHEDULED, CycleState.CANCELLED},
        CycleState.DUE: {CycleState.ORDERED, CycleState.FAILED, CycleState.CANCELLED},
        CycleState.FAILED: {CycleState.DUE, CycleState.ORDERED, CycleState.CANCELLED},
        CycleState.ORDERED: {CycleState.FULFILLED},
        CycleState.FULFILLED: set(),
        # a cancellation taken back before the cut-off
        CycleState.CANCELLED: {CycleState.SCHEDULED, CycleState.SKIPPED},
    }

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    bill_on = models.DateField(_("billing day"))
    ship_on = models.DateField(_("shipping day"))
    deliver_on = models.DateField(_("delivery day"))
    cutoff_at = models.DateTimeField(_("changes until"))
    address = models.ForeignKey(
        Address, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address of this box")
    )
    wish = models.ForeignKey(
        Wish, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delivery request of this box")
    )
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

    def destination(self) -> Destination:
        """Its own address and request before those of the subscription, a request before what the address says."""
        subscription = self.subscription
        place: Address | Gift = self.address or subscription.address or subscription.gift
        wish = self.wish or subscription.wish
        request = str(wish) if wish else getattr(place, "request", "")
        return Destination(place.recipient, place.phone, place.postcode, place.line1, place.line2, request)

    def is_open_at(self, at: datetime) -> bool:
        """Whether it may still be changed."""
        return at < self.cutoff_at and self.state in (CycleState.SCHEDULED, CycleState.SKIPPED)

    @property
    def needs_holder(self) -> bool:
        """Whether its last payment failed because the bank wants its holder's word."""
        return self.state == CycleState.FAILED and self.last_decline == HOLDER


class ChangeKind(models.TextChoices):
    """What was changed."""

    SKIP = "skip", _("a box skipped")
    UNSKIP = "unskip", _("a skipped box taken after all")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("resumed")
    PLAN = "plan", _("plan changed")
    QUANTITY = "quantity", _("quantity changed")
    ADDRESS = "address", _("address changed")
    GIFT_ADDRESS = "gift_addr", _("address changed by the recipient")
    BOX_ADDRESS = "box_address", _("address of one box changed")
    WISH = "wish", _("delivery request changed")
    BOX_WISH = "box_wish", _("delivery request of one box changed")
    CARD = "card", _("card changed")
    PRICE = "price", _("new price agreed")
    LEAVE = "leave", _("cancelled")
    LEAVE_AT_END = "leave_end", _("cancelled for the end")
    RENEWAL = "renewal", _("renewal chosen")
    RENEWED = "renewed", _("term renewed")
    DAYS = "days", _("delivery days moved by the mall")
    UNDO = "undo", _("a change taken back")


class Change(models.Model):
    """One change of a subscription: who, when, why, what it meant, and the values it replaced. Never changed.

    `before` and `after` hold only what differs: fields of the subscription, its newest agreement, and open boxes by
    number (null for a box that was not there). It can be undone until `undo_until`; `undoes` names what an undo undid.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="changes")
    kind = models.CharField(_("what was changed"), max_length=11, choices=ChangeKind)
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="+")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    told = models.JSONField(_("what it means"), default=list)
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    after = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    made_at = models.DateTimeField(_("made at"))
    undo_until = models.DateTimeField(_("can be undone until"), null=True)
    by_kind = models.CharField(max_length=20)
    by_name = models.CharField(_("by"), max_length=150)
    by_user_id = models.BigIntegerField(null=True)
    why = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-id",)
        indexes = (models.Index(fields=["kind", "made_at"], name="change_kind_made"),)

    def __str__(self) -> str:
        return f"{self.subscription}: {self.get_kind_display()}"
