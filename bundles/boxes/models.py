"""What residents chose for a box, what staff let them choose, and what is short."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bundles.plans.models import Component, Edition
from bundles.subscriptions.models import Cycle, Subscription
from core.money import WonField
from core.state import Stateful
from malls.catalog.models import Product

MOST_SWAPS = 2
MOST_PIECES = 10


class Remedy(models.TextChoices):
    """What happens to a box when one of its products is short."""

    SUBSTITUTE = "substitute", _("put in a substitute from the list")
    LEAVE_OUT = "leave_out", _("leave it out and charge less")
    SKIP = "skip", _("skip the whole box")
    ASK = "ask", _("ask me")


ANSWERS = [one for one in Remedy.choices if one[0] != Remedy.ASK]


class BoxSettings(models.Model):
    """The mall's own rules, one row: what happens unless a subscriber wants it otherwise, and how much rides along."""

    policy = models.CharField(
        _("when a product is short"), max_length=10, choices=Remedy, default=Remedy.SUBSTITUTE,
        help_text=_("For subscribers who chose nothing themselves."),
    )  # fmt: skip
    fallback = models.CharField(
        _("when a question stays unanswered"), max_length=10, choices=ANSWERS, default=Remedy.LEAVE_OUT
    )
    most_pieces = models.PositiveSmallIntegerField(_("add-on pieces per box at most"), default=MOST_PIECES)

    class Meta:
        verbose_name = _("rules of boxes")
        verbose_name_plural = _("rules of boxes")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class SwapLimit(models.Model):
    """How many components of one box may be swapped in an edition."""

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="swap_limit")
    most = models.PositiveSmallIntegerField(_("swaps per box at most"), default=MOST_SWAPS)

    class Meta:
        verbose_name = _("limit of swaps")
        verbose_name_plural = _("limits of swaps")

    def __str__(self) -> str:
        return f"{self.edition}: {self.most}"


class Alternative(models.Model):
    """What a component may be swapped for. `extra` is won per box on top of the edition's price, 0 or more.

    One that somebody chose is never deleted, only offered no more.
    """

    component = models.ForeignKey(Component, models.CASCADE, related_name="alternatives", verbose_name=_("component"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    pieces = models.PositiveSmallIntegerField(_("pieces"), default=1)
    extra = WonField(_("extra price"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("alternative")
        verbose_name_plural = _("alternatives")
        ordering = ("component", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("component", "product"), name="alternative_once"),
            models.CheckConstraint(condition=Q(extra__gte=0) & Q(pieces__gt=0), name="alternative_amounts"),
        )

    def __str__(self) -> str:
        return f"{self.component} → {self.product} × {self.pieces}"


class AddOn(models.Model):
    """A product that may ride along with any box, at its price in the mall on the day it is chosen."""

    product = models.OneToOneField(Product, models.PROTECT, related_name="add_on", verbose_name=_("product"))
    most = models.PositiveSmallIntegerField(_("pieces per box at most"), default=3)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("add-on product")
        verbose_name_plural = _("add-on products")
        ordering = ("position", "pk")
        constraints = (models.CheckConstraint(condition=Q(most__gt=0), name="add_on_most"),)

    def __str__(self) -> str:
        return str(self.product)


class StockPolicy(models.Model):
    """What a subscriber wants when something in the box is short; without a row the mall's default holds."""

    subscription = models.OneToOneField(Subscription, models.CASCADE, primary_key=True, related_name="stock_policy")
    remedy = models.CharField(_("when a product is short"), max_length=10, choices=Remedy)
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("wish when out of stock")
        verbose_name_plural = _("wishes when out of stock")

    def __str__(self) -> str:
        return f"{self.subscription}: {self.get_remedy_display()}"


class Swap(models.Model):
    """A component that the resident swapped in one box. `extra` is won per box as shown, `agreed` for all boxes."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="swaps")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")
    alternative = models.ForeignKey(Alternative, models.PROTECT, related_name="swaps")
    extra = WonField(_("extra price"))
    agreed = WonField(_("agreed amount"))
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ("cycle", "pk")
        constraints = (
            models.UniqueConstraint(fields=("cycle", "component"), name="swap_once"),
            models.CheckConstraint(condition=Q(extra__gte=0) & Q(agreed__gte=0), name="swap_amounts"),
        )

    def __str__(self) -> str:
        return f"{self.cycle}: {self.alternative}"


class Extra(models.Model):
    """Pieces of an add-on in one box, at the price that was shown."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="extras")
    add_on = models.ForeignKey(AddOn, models.PROTECT, related_name="extras")
    pieces = models.PositiveSmallIntegerField(_("pieces"))
    unit_price = WonField(_("price"))
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("add-on of a box")
        verbose_name_plural = _("add-ons of boxes")
        ordering = ("cycle", "pk")
        constraints = (
            models.UniqueConstraint(fields=("cycle", "add_on"), name="extra_once"),
            models.CheckConstraint(condition=Q(pieces__gt=0) & Q(unit_price__gt=0), name="extra_amounts"),
        )

    def __str__(self) -> str:
        return f"{self.cycle}: {self.add_on} × {self.pieces}"

    @property
    def amount(self) -> int:
        """What the resident agreed to pay for it, in won."""
        return self.unit_price * self.pieces


class Consent(models.Model):
    """The resident's explicit yes to one box: the newest one counts, rows are never changed.

    `amount` is the total shown, `extra` the won of it on top of the standing agreement, `what` the audit trail.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="consents")
    amount = WonField(_("agreed amount"))
    extra = WonField(_("on top of the agreement"))
    what = models.CharField(_("for what"), max_length=200)
    by_name = models.CharField(_("by"), max_length=150)
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("consent to a box")
        verbose_name_plural = _("consents to boxes")
        ordering = ("cycle", "pk")
        constraints = (models.CheckConstraint(condition=Q(extra__gte=0), name="consent_extra"),)

    def __str__(self) -> str:
        return f"{self.cycle}: {self.amount}"


class ShortageState(models.TextChoices):
    """A shortage is proposed, then confirmed by staff, and over when its boxes are decided or stock came in."""

    OPEN = "open", pgettext_lazy("shortage", "to confirm")
    CONFIRMED = "confirmed", pgettext_lazy("shortage", "confirmed")
    OVER = "over", pgettext_lazy("shortage", "over")


class Shortage(Stateful):
    """A product of which the boxes of the coming days need more than there is. Its shares say who gets it.

    A confirmed one is not shared out anew; an open one is, and it takes effect as proposed when nobody confirms.
    """

    MOVES = {
        ShortageState.OPEN: {ShortageState.CONFIRMED, ShortageState.OVER},
        ShortageState.CONFIRMED: {ShortageState.OPEN, ShortageState.OVER},
        ShortageState.OVER: set(),
    }

    product = models.ForeignKey(Product, models.PROTECT, related_name="shortages", verbose_name=_("product"))
    state = models.CharField(_("state"), max_length=10, choices=ShortageState, default=ShortageState.OPEN)
    needed = models.PositiveIntegerField(_("pieces needed"))
    available = models.PositiveIntegerField(_("pieces there are"))
    first_on = models.DateField(_("first billing day"))
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        ordering = ("first_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("product",), condition=~Q(state="over"), name="shortage_of_product_once"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.product} {self.available}/{self.needed}"


class Share(models.Model):
    """One box's part in a shortage: served, or else what is done instead. `answer_by` is the last day for an answer.

    What was answered or told (a notice, `short`) stands; the rest is drawn up anew while the shortage is open.
    """

    shortage = models.ForeignKey(Shortage, models.CASCADE, related_name="shares")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="shares")
    pieces = models.PositiveIntegerField(_("pieces"))
    is_served = models.BooleanField(_("gets it"))
    remedy = models.CharField(_("instead"), max_length=10, choices=Remedy, blank=True)
    substitute = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    substitute_pieces = models.PositiveIntegerField(default=0)
    answer_by = models.DateField(_("answer until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("share in a shortage")
        verbose_name_plural = _("shares in shortages")
        ordering = ("shortage", "pk")
        constraints = (
            models.UniqueConstraint(fields=("shortage", "cycle"), name="share_once"),
            models.CheckConstraint(
                condition=Q(is_served=True, remedy="", substitute=None) | Q(is_served=False) & ~Q(remedy=""),
                name="share_is_decided",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cycle}: {self.shortage.product}"
