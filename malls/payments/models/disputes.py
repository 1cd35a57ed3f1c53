"""What card holders contest at their banks."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WonField
from core.state import Stateful
from malls.orders.models import Return
from malls.payments.models.charges import Charge


class DisputeState(models.TextChoices):
    """The bank decides; we may answer until a deadline."""

    OPEN = "open", pgettext_lazy("dispute", "to be answered")
    REVIEW = "review", pgettext_lazy("dispute", "at the bank")
    WON = "won", pgettext_lazy("dispute", "won")
    LOST = "lost", pgettext_lazy("dispute", "lost")


OPEN_DISPUTES = (DisputeState.OPEN, DisputeState.REVIEW)


class Dispute(Stateful):
    """A contested charge. `withdrawn` won have left our balance for it; `returned` is what waits on the order."""

    MOVES = {
        DisputeState.OPEN: {DisputeState.REVIEW, DisputeState.WON, DisputeState.LOST},
        DisputeState.REVIEW: {DisputeState.OPEN, DisputeState.WON, DisputeState.LOST},
        DisputeState.WON: set(),
        DisputeState.LOST: set(),
    }

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="disputes")
    provider_ref = models.CharField(max_length=100, unique=True)
    amount = WonField(_("amount"))
    withdrawn = WonField(_("taken from our balance"))
    moves = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    returned = models.OneToOneField(Return, models.PROTECT, related_name="dispute", null=True)
    respond_by = models.DateTimeField(_("answer until"), null=True)
    opened_at = models.DateTimeField(pgettext_lazy("dispute", "opened at"))
    closed_at = models.DateTimeField(pgettext_lazy("dispute", "closed at"), null=True)
    evidence = models.TextField(_("our answer"), blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_positive"),)
        indexes = (models.Index(fields=["state", "respond_by"], name="dispute_state_due"),)

    def __str__(self) -> str:
        return f"{self.charge} {self.reason}"
