"""The provider account, saved methods, charges and the provider's messages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WonField
from core.secret import EncryptedTextField
from core.state import Stateful
from malls.customers.models import Resident
from malls.orders.models import Order


class ProviderAccount(models.Model):
    """The municipality's own account at the payment provider; one row."""

    provider = models.CharField(_("provider"), max_length=20, default="stripe")
    public_key = models.CharField(max_length=200, blank=True)
    secret_key = EncryptedTextField(_("secret key"))
    webhook_secret = EncryptedTextField(_("webhook secret"))

    class Meta:
        verbose_name = _("provider account")
        verbose_name_plural = _("provider accounts")

    def __str__(self) -> str:
        return self.provider


class PaymentMethod(models.Model):
    """A card that the provider keeps for us; we hold only its token and what may be shown."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="payment_methods")
    customer_ref = models.CharField(max_length=100)
    method_ref = models.CharField(max_length=100, unique=True)
    brand = models.CharField(_("card"), max_length=30)
    last4 = models.CharField(_("last four digits"), max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    saved_at = models.DateTimeField(_("saved at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"


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


class WebhookEvent(models.Model):
    """A message of the provider, stored once, acted on by fetching the object anew."""

    event_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
