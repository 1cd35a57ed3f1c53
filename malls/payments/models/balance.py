"""The provider's balance report and what does not stand alike in our books."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WonField
from core.state import Stateful


class BalanceLine(models.Model):
    """One line of the report, as it came. Never changed."""

    reference = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10)
    subject = models.CharField(max_length=100)
    amount = WonField(_("amount"))
    fee = WonField(_("fee"))
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("line of the balance report")
        verbose_name_plural = _("balance report")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.amount}"


class ComparedDay(models.Model):
    """Our account of the provider and its report at the end of a Korean day, and how much of it differs."""

    day = models.DateField(_("day"), unique=True)
    here = WonField(_("in our books"))
    there = WonField(_("in the report"))
    compared_at = models.DateTimeField(_("compared at"))

    class Meta:
        verbose_name = _("compared day")
        verbose_name_plural = _("compared days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}"

    @property
    def gap(self) -> int:
        """How much more stands in our books, in won."""
        return self.here - self.there


class DifferenceCode(models.TextChoices):
    """Why something does not stand alike."""

    MISSING_HERE = "missing_here", _("missing in our books")
    MISSING_THERE = "missing_there", _("missing at the provider")
    AMOUNT = "amount", _("other amount")
    TWICE = "twice", _("charged twice")
    FEE = "fee", _("fee")
    REFUND = "refund", _("refund")
    DISPUTE = "dispute", _("dispute")
    TIMING = "timing", _("the other side follows the next day")
    UNKNOWN = "unknown", _("unknown movement")


class DifferenceState(models.TextChoices):
    """A difference waits for a person; nobody forces it away."""

    OPEN = "open", pgettext_lazy("difference", "open")
    EXPLAINED = "explained", pgettext_lazy("difference", "explained")


class Difference(Stateful):
    """One thing that did not stand alike at the end of a day. An explanation is carried on while it stays as it is."""

    MOVES = {DifferenceState.OPEN: {DifferenceState.EXPLAINED}, DifferenceState.EXPLAINED: {DifferenceState.OPEN}}

    compared = models.ForeignKey(ComparedDay, models.CASCADE, related_name="differences")
    code = models.CharField(_("kind"), max_length=14, choices=DifferenceCode)
    subject = models.CharField(_("subject"), max_length=120)
    order_number = models.CharField(_("order number"), max_length=20, blank=True)
    here = WonField(_("in our books"))
    there = WonField(_("in the report"))
    state = models.CharField(_("state"), max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    explanation = models.CharField(_("explanation"), max_length=500, blank=True)
    explained_by = models.CharField(_("explained by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ("compared", "subject")
        constraints = (
            models.UniqueConstraint(fields=("compared", "subject"), name="difference_once_a_day"),
            models.CheckConstraint(condition=~Q(here=F("there")), name="difference_differs"),
            models.CheckConstraint(
                condition=~Q(state=DifferenceState.EXPLAINED) | ~Q(explanation=""), name="explained_has_words"
            ),
        )
        indexes = (models.Index(fields=["state", "code"], name="difference_state_code"),)

    def __str__(self) -> str:
        return f"{self.compared} {self.subject}"

    @property
    def gap(self) -> int:
        """How much more stands in our books, in won."""
        return self.here - self.there
