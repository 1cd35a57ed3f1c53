"""Money asked for orders."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WonField
from core.state import Stateful
from malls.orders.models import Order
from malls.payments.models.methods import PaymentMethod


class ChargeState(models.TextChoices):
    """A charge is asked at most once under its key; unknown is never a reason to charge again."""

    RESERVED = "reserved", pgettext_lazy("charge", "reserved")
    ASKED = "asked", _("asked")
    UNKNOWN = "unknown", _("unknown")
    SUCCEEDED = "succeeded", _("succeeded")
    DECLINED = "declined", _("declined")


OPEN_CHARGES = (ChargeState.RESERVED, ChargeState.ASKED, ChargeState.UNKNOWN)


class DeclineClass(models.TextChoices):
    """What a decline means for the next step."""

    SOFT = "soft", _("try again later")
    HARD = "hard", _("needs another card")
    AUTHENTICATION = "authentication", _("needs the customer")


class Charge(Stateful):
    """Money asked for one order: one provider call under one stored key. `attempt` counts from 1."""

    MOVES = {
        ChargeState.RESERVED: {ChargeState.ASKED, ChargeState.DECLINED},
        ChargeState.ASKED: {ChargeState.SUCCEEDED, ChargeState.DECLINED, ChargeState.UNKNOWN},
        ChargeState.UNKNOWN: {ChargeState.SUCCEEDED, ChargeState.DECLINED},
        ChargeState.SUCCEEDED: set(),
        ChargeState.DECLINED: set(),
    }

    order = models.ForeignKey(Order, models.PROTECT, related_name="charges")
    method = models.ForeignKey(PaymentMethod, models.PROTECT, related_name="+", null=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    key = models.CharField(max_length=120, unique=True)
    amount = WonField(_("amount"))
    tax_free = WonField(_("of it tax free"))
    state = models.CharField(_("state"), max_length=10, choices=ChargeState, default=ChargeState.RESERVED)
    provider_ref = models.CharField(max_length=100, blank=True)
    decline_code = models.CharField(_("reason"), max_length=60, blank=True)
    decline_class = models.CharField(_("kind of decline"), max_length=14, choices=DeclineClass, blank=True)
    reserved_at = models.DateTimeField(_("reserved at"))
    asked_at = models.DateTimeField(_("asked at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    look_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("order", "attempt"), name="charge_attempt"),
            models.UniqueConstraint(
                fields=("order",), condition=Q(state=ChargeState.SUCCEEDED), name="one_succeeded_charge"
            ),
            models.UniqueConstraint(fields=("order",), condition=Q(state__in=OPEN_CHARGES), name="one_open_charge"),
            models.UniqueConstraint(
                fields=("provider_ref",), condition=~Q(provider_ref=""), name="one_row_per_provider_charge"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_positive"),
        )
        indexes = (models.Index(fields=["state", "look_up_at"], name="charge_state_look_up"),)

    def __str__(self) -> str:
        return f"{self.order.number} #{self.attempt} {self.amount}"
